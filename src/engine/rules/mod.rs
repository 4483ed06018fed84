//! The rules: what can be wrong with a design, why it matters and what to do about it.
//!
//! One file per diagnostic code; it holds the rule, names its documentation (`docs/diagnostics/<code>.md`, the text that
//! `weft explain`, the panel and the site print) and builds its finding through one named function. Its examples are
//! `tests/corpus/rules/broken/<code>.weft` and `tests/corpus/rules/good/<code>.weft`. A rule never fails and never changes anything.
//!
//! # A new rule
//!
//! ```ignore
//! pub(super) const RULE: Rule = Rule {
//!     code: "link-too-slow",                      // says the fault; also the name of file, page and examples
//!     severity: Severity::Warning,                // the worst it reports
//!     title: "Link too slow",
//!     documentation: include_str!("../../../docs/diagnostics/link-too-slow.md"),
//!     checks: &[Check::Links { doubts, tell, told: Told::Alone }],
//! };
//!
//! // Of one link: may it be at fault? Looks at nothing beyond the scope, and allocates nothing.
//! fn doubts(survey: &Survey, view: &LinkView) -> bool {
//!     view.rate.is_some_and(|rate| rate.0 < survey.threshold(RULE.code))
//! }
//!
//! // Of all links in doubt, in id order: findings with their fixes.
//! fn tell(survey: &Survey, links: &[LinkView], out: &mut Findings) {
//!     links.iter().for_each(|view| out.push(link_too_slow(survey, view)));
//! }
//! ```
//!
//! Choose the narrowest [`Check`] that can judge the thing: a link, a node, a rack, all records, everything. What it may look at stands there; an edit asks it again
//! only within that. `Told::Alone` is told of one thing at a time and kept with it, `Told::Modules` besides rests on what shares cages. Choose `Told::Together` as soon as a fix looks for a free port or a place elsewhere. What needs counts over a network goes by
//! [`Network::spots`] and is `Check::Whole`: it is asked after every edit, so it goes over switches, not over links. Then name the file in `rules!` below
//! and add page, examples and a row of `docs/decisions/rules.md`. `tests/it/rules.rs` says what is missing, `tests/it/scopes.rs` edits the examples at random
//! and fails when the rule looks farther than its scope.
//!
//! What is common to several rules: `survey` (what each link joins, what is known of nodes), `network` (tiers, and what each switch has), `scope` (the
//! runner), `kept` (the survey after an edit), `space` (places in racks), `spare` (free ports and cables for fixes).

mod assign;
mod findings;
mod forwarding;
mod kept;
mod lossless;
mod misfit;
mod network;
mod peers;
mod scope;
mod space;
mod spare;
mod survey;
mod users;
mod views;

pub use findings::{Finding, Findings};
pub use network::{Joint, Network, Spot};
pub use scope::{Check, Kept, Seat, Told};
pub use space::{Shelf, Standing};
pub use survey::Survey;
pub use views::{LinkView, NetworkKey};

use crate::engine::context::Context;
use crate::engine::diagnostics::{Diagnostic, Severity};
use crate::units::{SortedSet, order};

macro_rules! rules {
    ($($module:ident),+ $(,)?) => {
        $(mod $module;)+
        /// All rules, by code.
        static RULES: &[Rule] = &[$($module::RULE),+];
    };
}
rules! {
    announced_part,
    breakout_exceeds_cage,
    cable_missing_length,
    cable_not_chosen,
    cable_split_mismatch,
    cable_too_long,
    cage_divided,
    cooling_missing,
    ecn_missing,
    experts_leave_domain,
    fabric_split,
    fabrics_share_switch,
    feed_not_spare,
    feed_overloaded,
    form_factor_mismatch,
    front_end_single_homed,
    fronthaul_too_slow,
    ftree_rank,
    ftree_uneven,
    fusion_without_nvidia,
    hash_collisions_likely,
    headroom_missing,
    host_above_leaves,
    lane_rate_mismatch,
    leaf_generation_older,
    leaf_oversubscribed,
    leaves_joined,
    link_layer_mismatch,
    link_rate_mismatch,
    link_to_itself,
    lmc_with_ftree,
    management_missing,
    module_top_mismatch,
    mtu_mismatch,
    mtu_too_small,
    multihoming_too_wide,
    name_too_long,
    names_repeat,
    no_free_port,
    node_too_deep,
    node_unlinked,
    nvl72_shape,
    nvlink_domain_too_large,
    nvlink_generation_mismatch,
    part_retired,
    part_unknown,
    pfc_missing,
    plane_missed,
    planes_joined,
    port_unknown,
    port_used_twice,
    protocol_mismatch,
    ptp_missing,
    rack_full,
    rack_on_one_feed,
    rack_overcabled,
    rack_overheated,
    rack_overlap,
    rack_overpowered,
    rack_overweight,
    rail_leaves_uneven,
    rail_misaligned,
    rail_only_without_scale_up,
    recalled_figures,
    requirement_missed,
    routing_may_deadlock,
    routing_not_applied,
    silencing_unused,
    single_point_of_failure,
    spines_few,
    subnet_too_large,
    system_partly_connected,
    table_entry_missing,
    table_loops,
    table_port_uncabled,
    tables_outdated,
    tensor_leaves_domain,
    tier_oversubscribed,
    tile_shared,
    training_impossible,
    training_short_of_memory,
    trunk_mixed,
    ualink_planes_uneven,
    ualink_pod_too_large,
    ualink_second_tier,
    ualink_too_long,
    ualink_width_invalid,
    uplinks_missing,
    uplinks_mixed,
    uplinks_uneven,
    xpu_orphan,
}

/// One thing that can be wrong with a design.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The stable code, which says the fault: `link-rate-mismatch`.
    pub code: &'static str,
    /// The worst it reports.
    pub severity: Severity,
    /// The fault in a few words.
    pub title: &'static str,
    /// Its page in Markdown: what it checks, why it matters, an example, how to fix it, assumptions, references.
    pub documentation: &'static str,
    /// The looks that find it, each with its scope.
    pub checks: &'static [Check],
}

/// All rules, by code.
pub fn all() -> &'static [Rule] {
    RULES
}

/// The page of one diagnostic code.
pub fn documentation(code: &str) -> Option<&'static str> {
    RULES.iter().find(|rule| rule.code == code).map(|rule| rule.documentation)
}

/// Everything wrong with a design: worst first, then by code, then by subject in numeric order. The same design gives the
/// same findings, whether or not something is known from before. Time: about O(records × log records); after an edit what it touches, and a pass over
/// what the survey has counted. Single rules say where they need more.
pub fn run(context: &Context) -> Vec<Diagnostic> {
    let mut effective = SortedSet::new();
    let mut diagnostics = scope::run(context, &mut effective);
    diagnostics.extend(silencing_unused::of(context.design, &effective));
    order::sort_by(&mut diagnostics, |a, b| (a.severity, &a.code, &a.subject, &a.message).cmp(&(b.severity, &b.code, &b.subject, &b.message)));
    diagnostics
}
