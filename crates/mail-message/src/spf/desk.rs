//! Where the course of a check leaves its question and finds the answer.
//!
//! *Invariants.* At most one question lies here, and an answer only after its question.

use std::cell::RefCell;
use std::future::poll_fn;
use std::task::Poll;

use super::{Answer, Lookup};

/// One question with its answer.
#[derive(Debug, Default)]
pub(super) struct Desk(RefCell<Paper>);

#[derive(Debug, Default)]
struct Paper {
    question: Option<Lookup>,
    answer: Option<Answer>,
}

impl Desk {
    /// Asks, and waits for the answer.
    pub(super) async fn ask(&self, lookup: Lookup) -> Answer {
        *self.0.borrow_mut() = Paper { question: Some(lookup), answer: None };
        poll_fn(|_| match self.0.borrow_mut().answer.take() {
            Some(answer) => Poll::Ready(answer),
            None => Poll::Pending,
        })
        .await
    }

    /// The question that waits.
    pub(super) fn question(&self) -> Lookup {
        let paper = self.0.borrow();
        paper.question.clone().expect("the course waits for nothing but answers")
    }

    /// The answer to the question that waits.
    pub(super) fn answer(&self, answer: Answer) {
        self.0.borrow_mut().answer = Some(answer);
    }
}
