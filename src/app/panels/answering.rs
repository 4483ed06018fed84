//! A question put to the engine by a panel: asked in the worker, with progress, stopped or forgotten when it is of no use any more.

use std::rc::Rc;

use yew::prelude::*;

use super::failures::asked;
use crate::app::hooks::{use_selector, use_services};
use crate::app::host;

/// How far a question is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Asked {
    /// Nothing is asked, or it was stopped.
    #[default]
    Nothing,
    /// How much is done, from 0 to 1.
    Working(f64),
    /// The answer, and whether the design has changed since.
    Done(Rc<str>, bool),
}

/// What is under way.
struct Running {
    job: u32,
    question: Rc<str>,
    revision: u64,
}

/// Asks `question` of the design as it is now, and again when it has changed. `long`: it may take so long that it has to be stopped when it
/// is of no use, and is not asked again by itself. The callback stops it.
#[hook]
pub fn use_answer(question: Option<Rc<str>>, long: bool) -> (Asked, Callback<()>) {
    let services = use_services();
    let state = use_selector(|view| (view.session.revision(), view.session.is_report_current()));
    let (revision, current) = *state;
    // The answer with the question and the revision that it is of.
    let answer = use_state(|| None::<(Rc<str>, u64, Rc<str>)>);
    let part = use_state(|| None::<f64>);
    let running = use_mut_ref(|| None::<Running>);
    let stop = {
        let (services, running, part) = (services.clone(), running.clone(), part.setter());
        Callback::from(move |()| {
            let job = running.borrow_mut().take();
            if let Some(job) = job {
                services.stop_reading(job.job);
                part.set(None);
            }
        })
    };
    {
        let (services, running, answer, part) = (services.clone(), running.clone(), answer.clone(), part.clone());
        use_effect_with((question.clone(), revision, current), move |(question, revision, current)| {
            let revision = *revision;
            let before = running.borrow().as_ref().map(|job| (job.question.clone(), job.revision, job.job));
            if let Some((known, _, job)) = before.filter(|(known, of, _)| Some(known) != question.as_ref() || *of != revision) {
                *running.borrow_mut() = None;
                part.set(None);
                // What takes a moment is left to end; what takes long would keep the next report waiting.
                if long || known.starts_with("latency -") {
                    services.stop_reading(job);
                }
            }
            let Some(question) = question.clone().filter(|_| *current && running.borrow().is_none()) else { return };
            let fresh = answer.as_ref().is_some_and(|(known, of, _)| *known == question && (*of == revision || long));
            if fresh {
                return;
            }
            let (told, heard, asked_of) = (running.clone(), running.clone(), question.clone());
            let (progress, found, done) = (part.setter(), answer.setter(), part.setter());
            let job = asked(
                &services,
                question.to_string(),
                move |share| {
                    if told.borrow().as_ref().is_some_and(|job| job.revision == revision) {
                        progress.set(Some(share));
                    }
                },
                move |text| {
                    let mine = heard.borrow().as_ref().is_some_and(|job| job.question == asked_of && job.revision == revision);
                    if mine && !host::is_poisoned() {
                        *heard.borrow_mut() = None;
                        done.set(None);
                        found.set(Some((asked_of.clone(), revision, text.into())));
                    }
                },
            );
            *running.borrow_mut() = Some(Running { job, question, revision });
            part.set(Some(0.0));
        });
    }
    {
        // A panel that is closed leaves nothing long behind.
        let (services, running) = (services.clone(), running.clone());
        use_effect_with((), move |()| {
            move || {
                let job = running.borrow_mut().take();
                if let Some(job) = job.filter(|job| job.question.starts_with("latency -")) {
                    services.stop_reading(job.job);
                }
            }
        });
    }
    let asked = match (&*answer, *part) {
        (_, Some(share)) if long => Asked::Working(share),
        (Some((known, of, text)), _) if Some(known) == question.as_ref() || !long => {
            Asked::Done(text.clone(), *of != revision || Some(known) != question.as_ref())
        }
        (_, Some(share)) => Asked::Working(share),
        _ => Asked::Nothing,
    };
    (asked, stop)
}

/// What is seen while a question is worked out.
pub fn working(what: &'static str, part: f64, stop: &Callback<()>) -> Html {
    html! {
        <div class="ranking-progress" role="status">
            <progress max="1" value={(part > 0.0).then(|| part.to_string())} aria-label={what} />
            <button class="button" onclick={stop.reform(|_: MouseEvent| ())}>{ "Stop" }</button>
        </div>
    }
}
