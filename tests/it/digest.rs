//! Findings in groups: what is asked for, in which order, and how many there are.

use weft::catalog::Catalog;
use weft::engine::diagnostics::Severity;
use weft::engine::digest::{self, Asked, Order};
use weft::engine::report::Report;
use weft::engine::service;
use weft::model::{Design, Subject};

use crate::text_design;

/// A rack that draws too much, a cable that is too long, and a name that is there twice.
fn faulty() -> (Design, Report) {
    let catalog = Catalog::builtin();
    let text = "
rack R 19in-42u {
  dgx-h100 one u=1
  dgx-h100 two u=9
}
rack S 19in-42u
nvidia-qm9700 p
nvidia-qm9700 q
p.1/1 -- q.1/1 dac-800g-osfp 9m
p.1/2 -- q.1/2 dac-800g-osfp 2m
host a
host a as=a2
";
    let design = text_design::read(text).design;
    let report = service::evaluate(&design, &catalog);
    (design, report)
}

#[test]
fn every_finding_stands_in_one_group_and_counts_agree() {
    let (design, report) = faulty();
    let groups = digest::groups(&design, &report.diagnostics, &Asked::default());
    let members: usize = groups.iter().map(|group| group.members.len()).sum();
    let open = report.diagnostics.iter().filter(|finding| finding.silenced.is_none()).count();
    assert_eq!(members, open);
    assert!(groups.iter().all(|group| group.count >= group.members.len()));
    assert!(groups.windows(2).all(|pair| pair[0].severity <= pair[1].severity), "worst first");
    for group in &groups {
        assert!(group.members.iter().all(|at| report.diagnostics[*at].code == group.code && report.diagnostics[*at].severity == group.severity));
    }
}

#[test]
fn questions_leave_out_what_they_do_not_ask_for() {
    let (design, report) = faulty();
    let codes = |asked: Asked| {
        let groups = digest::groups(&design, &report.diagnostics, &asked);
        groups.iter().map(|group| group.code.clone()).collect::<Vec<String>>()
    };
    let all = codes(Asked::default());
    assert!(all.len() > 2, "{all:?}");
    assert_eq!(codes(Asked { code: Some("names-repeat".to_owned()), ..Asked::default() }), ["names-repeat"]);
    assert!(codes(Asked { severity: Some(Severity::Error), ..Asked::default() }).len() < all.len());
    assert!(codes(Asked { words: "reaches nothing of the kind".to_owned(), ..Asked::default() }).is_empty());
    assert!(codes(Asked { silenced: true, ..Asked::default() }).is_empty());
    let fixable = codes(Asked { fixable: true, ..Asked::default() });
    assert!(!fixable.is_empty() && fixable.len() < all.len(), "{fixable:?}");
    let by_kind = digest::groups(&design, &report.diagnostics, &Asked { order: Order::Kind, ..Asked::default() });
    assert!(by_kind.windows(2).all(|pair| pair[0].title <= pair[1].title));
    assert_eq!(
        digest::kinds(&report.diagnostics).len(),
        report.diagnostics.iter().map(|finding| &finding.code).collect::<std::collections::BTreeSet<_>>().len()
    );
}

#[test]
fn a_finding_is_reached_from_what_it_is_about_and_what_that_stands_in() {
    let (design, report) = faulty();
    let finding = report.diagnostics.iter().find(|finding| finding.code == "cable-too-long").unwrap();
    let Subject::Link(link) = finding.subject else { panic!("{}", finding.subject) };
    let node = design.links.get(link).unwrap().ends[0].node;
    for thing in [Subject::Link(link), Subject::Node(node), Subject::Port(design.links.get(link).unwrap().ends[1])] {
        let groups = digest::groups(&design, &report.diagnostics, &Asked { about: vec![thing.clone()], ..Asked::default() });
        assert!(groups.iter().any(|group| group.code == "cable-too-long"), "{thing}");
        let counts = digest::about(&design, &report.diagnostics, std::slice::from_ref(&thing));
        assert_eq!(counts.iter().sum::<usize>(), groups.iter().map(|group| group.members.len()).sum::<usize>(), "{thing}");
    }
    let rack = report.diagnostics.iter().find(|finding| finding.code == "rack-overpowered").unwrap();
    assert!(
        digest::groups(&design, &report.diagnostics, &Asked { about: vec![rack.subject.clone()], ..Asked::default() })
            .iter()
            .any(|group| group.code == "rack-overpowered")
    );
    assert!(digest::groups(&design, &report.diagnostics, &Asked { about: vec![Subject::Node(weft::model::NodeId(9999))], ..Asked::default() }).is_empty());
}
