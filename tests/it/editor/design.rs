//! The design as a whole: deleting, files, patches, reports.

use super::*;
use weft::editor::opening::Drawn;

#[test]
fn deleting_takes_what_depends_along_and_tells() {
    let mut user = User::new();
    let rack = user.rack(300.0, 500.0);
    let inside = user.middle(&Subject::Rack(rack));
    let a = user.node("nvidia-qm9700", inside.x, inside.y);
    let b = user.node("nvidia-qm9700", 1000.0, 500.0);
    user.wants(Intent::ConnectNodes { a, b, count: 4 });
    user.selects([Subject::Rack(rack), Subject::Node(b)]).wants(Intent::Group(GroupKind::Pod));
    let before = user.bytes();
    user.heard();
    user.selects([Subject::Rack(rack)]).key("Delete");
    assert_eq!(user.heard(), ["Deleted 1 rack, 1 node and 4 links"]);
    assert_eq!(user.session.design().groups.iter().map(|(_, group)| group.members.len()).collect::<Vec<_>>(), [1]);
    user.key("Ctrl+Z");
    assert_eq!(user.bytes(), before);
}

#[test]
fn a_file_that_cannot_be_opened_changes_nothing() {
    let (mut user, ..) = two_switches();
    let (before, revision) = (user.bytes(), user.session.revision());
    for text in ["", "{", "{\"format\":\"other\"}", "not json"] {
        user.wants(Intent::Open { name: "x.json".to_owned(), text: text.to_owned() });
        assert!(user.complained().starts_with("x.json cannot be opened: "));
    }
    assert_eq!((user.bytes(), user.session.revision()), (before.clone(), revision));
    assert_eq!(user.session.can_undo(), Some("Place switch-2"));

    user.wants(Intent::New);
    assert!(user.session.design().is_empty());
    user.wants(Intent::Open { name: "x.json".to_owned(), text: before.clone() });
    assert_eq!(user.bytes(), before);
    assert_eq!((user.session.can_undo(), user.session.tool()), (None, ToolKind::Select));
    assert!(user.effects.iter().any(|effect| matches!(effect, Effect::Replaced { .. })));
}

#[test]
fn a_locked_design_can_be_looked_at_only() {
    let (mut user, a, _) = two_switches();
    let (before, revision) = (user.bytes(), user.session.revision());
    user.wants(Intent::Lock(Some("Another tab has it".to_owned())));
    let tried = [
        Intent::Nudge { dx: 1.0, dy: 0.0 },
        Intent::Delete,
        Intent::Duplicate,
        Intent::Layout,
        Intent::Undo,
        Intent::Redo,
        Intent::Place { part: "dgx-h100".into(), at: Point::new(900.0, 900.0) },
    ];
    for intent in tried {
        user.selects([Subject::Node(a)]).wants(intent);
        assert_eq!(user.complained(), "Another tab has it");
    }
    assert_eq!((user.bytes(), user.session.revision()), (before.clone(), revision));
    user.wants(Intent::Lock(None)).wants(Intent::Undo);
    assert_ne!(user.bytes(), before, "what was done before the lock can be undone after it");
}

#[test]
fn reports_of_earlier_states_are_dropped() {
    let (mut user, ..) = two_switches();
    let report = weft::engine::service::evaluate(user.session.design(), user.session.catalog());
    let revision = user.session.revision();
    assert!(!user.session.set_report(revision - 1, report.clone()));
    assert_eq!(user.session.report(), None);
    assert!(user.session.set_report(revision, report));
    user.node("nvidia-qm9700", 1000.0, 200.0);
    assert!(user.session.report().is_some() && !user.session.is_report_current(), "the old one stays until the next comes");
}

#[test]
fn a_patch_that_would_dangle_is_refused() {
    let (mut user, a, b) = two_switches();
    user.wants(Intent::ConnectNodes { a, b, count: 1 });
    let before = user.session.design().clone();
    let mut after = before.clone();
    after.nodes.set(a, None);
    let patch = weft::model::Patch::between(&before, &after);
    user.wants(Intent::ApplyPatch { name: "Break".to_owned(), patch: patch.clone() });
    assert!(user.complained().starts_with("That would break the design: "));
    assert_eq!(*user.session.design(), before);
    user.key("Ctrl+Z").wants(Intent::ApplyPatch { name: "Remove".to_owned(), patch: patch.clone() });
    assert_eq!(user.session.design().nodes.len(), 1);
    user.wants(Intent::ApplyPatch { name: "Again".to_owned(), patch });
    assert!(user.complained().starts_with("That cannot be done any more: "));
}

#[test]
fn a_fix_is_seen_before_it_is_carried_out() {
    use weft::engine::diagnostics::{Edit, Fix, Trust};
    let (mut user, a, b) = two_switches();
    user.wants(Intent::ConnectNodes { a, b, count: 1 });
    let link = user.session.design().links.ids().next().unwrap();
    let before = user.bytes();
    let fix = Fix { title: "Take it off".to_owned(), trust: Trust::Likely, edits: vec![Edit::RemoveLink { link: link.to_string() }].into() };
    let look = Intent::Preview(Some(Box::new(Intent::ApplyFix(fix.clone()))));

    user.wants(look.clone());
    let preview = user.session.preview().expect("it is shown").clone();
    assert_eq!(preview.summary, "Removes 1 link");
    assert_eq!((preview.ghosts.gone_links.len(), preview.ghosts.coming_links.len()), (1, 0));
    assert_eq!(user.bytes(), before, "looking changes nothing");
    let drawn = weft::render::display_list(&user.session).lively.len();
    user.selects([Subject::Link(link)]).key("Escape");
    assert!(user.session.preview().is_none(), "the first Escape takes it away");
    assert_eq!(user.selected(), "l1", "and nothing else");
    assert!(weft::render::display_list(&user.session).lively.len() < drawn + 3);

    user.wants(look.clone()).wants(Intent::Preview(None));
    assert!(user.session.preview().is_none());
    user.wants(look.clone()).wants(Intent::ApplyFix(fix));
    assert!(user.session.preview().is_none() && user.session.design().links.is_empty());
    user.wants(look);
    assert!(user.session.preview().is_none(), "what no longer applies shows nothing");
    user.key("Ctrl+Z");
    assert_eq!(user.bytes(), before, "one step");
}

#[test]
fn an_array_is_seen_before_it_is_made_and_takes_no_ids() {
    let (mut user, a, _) = two_switches();
    let next = user.session.design().nodes.free_id(0);
    user.selects([Subject::Node(a)]);
    user.wants(Intent::Preview(Some(Box::new(Intent::Repeat { count: 4, along: Along::Across { gap: 8.0 } }))));
    let preview = user.session.preview().expect("it is shown");
    assert_eq!(preview.summary, "Adds 4 nodes");
    assert_eq!(preview.ghosts.coming.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["switch-3", "switch-4", "switch-5", "switch-6"]);
    assert!(preview.ghosts.bounds().is_some());
    assert_eq!(user.session.design().nodes.free_id(0), next);
}

#[test]
fn a_drawing_notices_a_report_with_as_many_findings() {
    use weft::engine::diagnostics::Severity;
    let (mut user, a, b) = two_switches();
    user.node("nvidia-sn5400", 2_000.0, 300.0);
    let mut report = weft::engine::service::evaluate(user.session.design(), user.session.catalog());
    let template = report.diagnostics.first().cloned().expect("figures of the third switch are recalled, which is a finding");
    let about = |subject: Subject| {
        let mut finding = template.clone();
        (finding.subject, finding.severity, finding.silenced) = (subject, Severity::Error, None);
        finding
    };
    report.diagnostics = vec![about(Subject::Node(a))];
    let revision = user.session.revision();
    let mut renderer = weft::render::Renderer::default();
    user.session.set_report(revision, report.clone());
    let before = renderer.draw(&user.session).still_key;
    report.diagnostics = vec![about(Subject::Node(b))];
    user.session.set_report(revision, report);
    assert_ne!(renderer.draw(&user.session).still_key, before);
}

#[test]
fn a_design_that_another_took_the_place_of_comes_back_with_its_steps() {
    let (mut user, a, _) = two_switches();
    user.wants(Intent::Edit { subjects: vec![Subject::Design], field: Field::Name("Pilot".to_owned()) });
    let drawn = user.bytes();
    let steps = user.session.can_undo().map(str::to_owned);
    user.effects.clear();
    user.wants(Intent::New);
    assert!(user.effects.contains(&Effect::Say("Undo brings “Pilot” back".to_owned())), "{:?}", user.effects);
    assert_eq!(user.session.can_undo(), Some("Close “Pilot”"));
    let fresh = user.bytes();

    user.key("Ctrl+Z");
    assert_eq!(user.bytes(), drawn);
    assert_eq!(user.session.can_undo().map(str::to_owned), steps, "its own steps are there again");
    assert_eq!(user.session.can_redo(), Some("Close “Pilot”"));
    user.key("Ctrl+Shift+Z");
    assert_eq!(user.bytes(), fresh);
    user.node("generic-switch", 0.0, 0.0);
    user.key("Ctrl+Z").key("Ctrl+Z");
    assert_eq!(user.bytes(), drawn, "after the steps of the new one");
    user.selects([Subject::Node(a)]).edits(Field::Name("spine-1".to_owned()));
    assert_eq!(user.session.can_redo(), None, "an edit ends what could be redone");

    let other = Drawn::new(user.session.design().clone());
    user.wants(Intent::OpenDesign { drawn: Box::new(other), told: String::new(), read_only: None, returns: false });
    assert_eq!(user.session.can_undo(), None, "what a script opens is no step of the user's");
    user.wants(Intent::New).wants(Intent::New);
    assert_eq!(user.session.can_undo(), None, "an empty drawing is not worth coming back to");
}
