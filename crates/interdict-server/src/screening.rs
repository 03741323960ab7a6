//! Where questions are answered: threads of the operating system, each with its own buffers.
//!
//! Finding candidates and scoring them keeps a core busy for a good part of a millisecond, so it never
//! happens on the threads that serve connections. A worker keeps its [`Screener`] as long as the same
//! engine is asked; a batch is cut into small pieces, so that a single question does not wait behind
//! all of it. The queue is bounded: whoever comes when it is full is told to come again, at once.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use interdict_screening::{Engine, Screener};
use tokio::sync::oneshot;

use crate::problem::{Code, Problem};

/// Questions of one piece of a batch.
const PIECE: usize = 8;
/// Pieces that may wait for each worker.
const WAITING: usize = 2_048;

/// What a worker does with its screener.
type Piece = Box<dyn FnOnce(&mut Screener<'_>) + Send>;

struct Task {
    engine: Arc<Engine>,
    piece: Piece,
}

#[derive(Default)]
struct Line {
    tasks: VecDeque<Task>,
    closed: bool,
}

#[derive(Default)]
struct Queue {
    line: Mutex<Line>,
    filled: Condvar,
}

impl Queue {
    /// A worker that panicked left the line whole: it is not held while a piece runs.
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<Task> {
        let mut line = self.line();
        loop {
            if let Some(task) = line.tasks.pop_front() {
                return Some(task);
            }
            if line.closed {
                return None;
            }
            line = self
                .filled
                .wait(line)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The workers. Dropping it lets them end what waits and then stop.
pub struct Screening {
    queue: Arc<Queue>,
    most: usize,
}

impl std::fmt::Debug for Screening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Screening({} waiting)", self.waiting())
    }
}

impl Drop for Screening {
    fn drop(&mut self) {
        self.queue.line().closed = true;
        self.queue.filled.notify_all();
    }
}

impl Screening {
    /// Starts as many workers as there are cores, or `threads`.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn start(threads: Option<NonZeroUsize>) -> std::io::Result<Screening> {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let threads = threads.map_or(cores, NonZeroUsize::get);
        let queue = Arc::new(Queue::default());
        let screening = Screening {
            queue: queue.clone(),
            most: threads * WAITING,
        };
        for number in 0..threads {
            let queue = queue.clone();
            std::thread::Builder::new()
                .name(format!("screening-{number}"))
                .spawn(move || work(&queue))?;
        }
        Ok(screening)
    }

    /// Pieces that wait for a worker.
    pub fn waiting(&self) -> usize {
        self.queue.line().tasks.len()
    }

    /// Does something with a screener of `engine`.
    ///
    /// # Errors
    /// [`Code::Unavailable`] when too much waits already; [`Code::Internal`] when it panicked.
    pub async fn one<T, F>(&self, engine: &Arc<Engine>, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&mut Screener<'_>) -> T + Send + 'static,
    {
        let (told, done) = oneshot::channel();
        let piece: Piece = Box::new(move |screener| {
            // Whoever asked may have gone away.
            let _ = told.send(work(screener));
        });
        self.put(engine, [piece])?;
        done.await.map_err(|_| broken())
    }

    /// Does the same for each of many items, on all workers; results come in the order of the items.
    ///
    /// # Errors
    /// As [`Screening::one`].
    pub async fn each<I, T, F>(
        &self,
        engine: &Arc<Engine>,
        items: Vec<I>,
        work: F,
    ) -> Result<Vec<T>, Problem>
    where
        I: Send + 'static,
        T: Send + 'static,
        F: Fn(&mut Screener<'_>, I) -> T + Send + Sync + 'static,
    {
        let work = Arc::new(work);
        let mut items = items.into_iter();
        let mut pieces: Vec<Piece> = Vec::new();
        let mut answers = Vec::new();
        loop {
            let part: Vec<I> = items.by_ref().take(PIECE).collect();
            if part.is_empty() {
                break;
            }
            let (told, done) = oneshot::channel();
            let work = work.clone();
            pieces.push(Box::new(move |screener| {
                let part: Vec<T> = part.into_iter().map(|i| work(screener, i)).collect();
                // Whoever asked may have gone away.
                let _ = told.send(part);
            }));
            answers.push(done);
        }
        self.put(engine, pieces)?;
        let mut all = Vec::new();
        for answer in answers {
            all.extend(answer.await.map_err(|_| broken())?);
        }
        Ok(all)
    }

    /// All pieces stand in line, or none.
    fn put(
        &self,
        engine: &Arc<Engine>,
        pieces: impl IntoIterator<Item = Piece>,
    ) -> Result<(), Problem> {
        let mut line = self.queue.line();
        if line.tasks.len() >= self.most {
            let mut problem = Problem::new(
                Code::Unavailable,
                "more questions wait than can be answered soon; ask again in a second",
            );
            problem.retry_after = Some(1);
            return Err(problem);
        }
        for piece in pieces {
            line.tasks.push_back(Task {
                engine: engine.clone(),
                piece,
            });
            self.queue.filled.notify_one();
        }
        Ok(())
    }
}

fn broken() -> Problem {
    Problem::new(
        Code::Internal,
        "the server could not do this; its log says why",
    )
}

fn work(queue: &Queue) {
    let mut next = queue.next();
    while let Some(task) = next {
        next = with_one_engine(queue, task);
    }
}

/// Works as long as tasks are for the engine of the first; gives the task that is not.
fn with_one_engine(queue: &Queue, first: Task) -> Option<Task> {
    let engine = first.engine.clone();
    let mut screener = engine.screener();
    let mut piece = first.piece;
    loop {
        // Buffers are filled anew for each question, and the screener is left after a panic.
        let ran = catch_unwind(AssertUnwindSafe(|| piece(&mut screener)));
        if ran.is_err() {
            tracing::error!("a screening panicked; the worker goes on with new buffers");
            return queue.next();
        }
        let task = queue.next()?;
        if !Arc::ptr_eq(&task.engine, &engine) {
            return Some(task);
        }
        piece = task.piece;
    }
}

#[cfg(test)]
mod tests {
    use interdict_screening::{Policy, Snapshot};

    use super::*;

    fn engine() -> Arc<Engine> {
        let policy = Policy::shipped().expect("the shipped policy");
        Arc::new(Engine::new(Snapshot::default(), policy))
    }

    fn screening() -> Screening {
        Screening::start(NonZeroUsize::new(3)).expect("threads")
    }

    #[tokio::test]
    async fn answers_come_in_the_order_of_the_questions() {
        let items: Vec<usize> = (0..1_000).collect();
        let doubled = screening()
            .each(&engine(), items, |_, n| n * 2)
            .await
            .expect("answers");
        assert_eq!(doubled, (0..1_000).map(|n| n * 2).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_panic_is_one_answer_lost() {
        let screening = screening();
        let engine = engine();
        for _ in 0..8 {
            let failed = screening
                .one(&engine, |_| -> u8 { panic!("on purpose") })
                .await;
            assert_eq!(failed.map_err(|p| p.code), Err(Code::Internal));
        }
        assert_eq!(screening.one(&engine, |_| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn a_full_line_turns_away() {
        let screening = Arc::new(Screening::start(NonZeroUsize::new(1)).expect("a thread"));
        let engine = engine();
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let held = {
            let (screening, engine) = (screening.clone(), engine.clone());
            tokio::spawn(async move { screening.one(&engine, move |_| gate.recv()).await })
        };
        let items: Vec<usize> = (0..PIECE * WAITING + PIECE * 2).collect();
        let waiting = {
            let (screening, engine) = (screening.clone(), engine.clone());
            tokio::spawn(async move { screening.each(&engine, items, |_, n| n).await })
        };
        while screening.waiting() < WAITING {
            tokio::task::yield_now().await;
        }
        let refused = screening.one(&engine, |_| ()).await.expect_err("full");
        assert_eq!(
            (refused.code, refused.retry_after),
            (Code::Unavailable, Some(1))
        );
        open.send(()).expect("the worker waits");
        assert!(held.await.expect("ran").is_ok());
        assert!(waiting.await.expect("ran").is_ok());
        assert_eq!(screening.one(&engine, |_| 1).await, Ok(1));
    }
}
