//! Many flights side by side, one world a thread. How many there are changes nothing in any of them.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use scenario_lang::plan::Plan;
use verdict::flight::Flight;

use super::progress::{Progress, Shown};
use super::watch::Watch;
use super::{fly, without_faults};
use crate::terminal::show_while;

/// A plan to fly, with its twin.
pub(crate) struct Case {
    /// The scenario's file, as it is to be shown.
    pub(crate) file: String,
    pub(crate) plan: Plan,
    pub(crate) watch: Watch,
}

/// Flies all cases and their twins on `jobs` threads and gives to each what `judge` makes of its number and both flights, in
/// the order of the cases. Judging happens as soon as both are there, so that not all evidence is in memory at once. None
/// if a flight panicked; then no further one begins.
pub(crate) fn fly_all<T: Send>(
    cases: &[Case],
    jobs: usize,
    quiet: bool,
    judge: impl Fn(usize, &Flight, &Flight) -> T + Sync,
) -> Option<Vec<T>> {
    let waiting: Vec<Mutex<Option<Flight>>> = cases.iter().map(|_| Mutex::default()).collect();
    let judged: Vec<Mutex<Option<T>>> = cases.iter().map(|_| Mutex::default()).collect();
    let (next, done) = (AtomicUsize::new(0), AtomicBool::new(false));
    let shown = Mutex::new((0, Progress::default()));
    let fly_next = || {
        let _stop = StopOnPanic(&done);
        while !done.load(Ordering::Relaxed) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let (index, is_twin) = (number / 2, number % 2 == 1);
            let Some(case) = cases.get(index) else { break };
            let progress = Progress::default();
            if !is_twin {
                *lock(&shown) = (index, progress.clone());
            }
            let flight = match is_twin {
                false => fly(&case.plan, &case.watch, &progress).0,
                true => fly(&without_faults(&case.plan), &case.watch, &progress).0,
            };
            // Whichever of the two is second finds the other here.
            let mut slot = lock(&waiting[index]);
            let Some(other) = slot.take() else {
                *slot = Some(flight);
                continue;
            };
            drop(slot);
            let (flight, twin) = if is_twin { (other, flight) } else { (flight, other) };
            *lock(&judged[index]) = Some(judge(index, &flight, &twin));
        }
    };
    let broken = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs.min(2 * cases.len())).map(|_| scope.spawn(fly_next)).collect();
        let screen = scope.spawn(|| {
            show_while(quiet, &done, || {
                let (index, progress) = lock(&shown).clone();
                line(&cases[index], (index, cases.len()), &progress)
            });
        });
        let broken = workers.into_iter().filter_map(|worker| worker.join().err()).count();
        done.store(true, Ordering::Relaxed);
        screen.thread().unpark();
        broken
    });
    (broken == 0).then(|| judged.iter().filter_map(|slot| lock(slot).take()).collect())
}

/// Keeps the other threads from beginning anything new, or from waiting, once this one panics.
pub(crate) struct StopOnPanic<'a>(pub(crate) &'a AtomicBool);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

/// What a thread that panicked leaves behind is thrown away with all the rest.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `burn-rate  ━━━━━━━━━╌╌╌  +1h12m  80 req/s  1 firing`
pub(crate) fn line(case: &Case, (index, count): (usize, usize), progress: &Progress) -> String {
    const WIDTH: usize = 30;
    let Shown { offset_s, rate, firing } = progress.read();
    let name = match count {
        1 => case.plan.name.clone(),
        _ => format!("{} {}/{count}", case.plan.name, index + 1),
    };
    if offset_s <= 0 {
        return format!("{name}  simulating the last minutes before the start");
    }
    let share = offset_s as f64 / case.plan.duration.as_secs_f64().max(1.0);
    let filled = ((share * WIDTH as f64) as usize).min(WIDTH);
    let bar = format!("{}{}", "━".repeat(filled), "╌".repeat(WIDTH - filled));
    let (hours, minutes) = (offset_s / 3600, offset_s / 60 % 60);
    format!("{name}  {bar}  +{hours}h{minutes:02}m  {rate:.0} req/s  {firing} firing")
}
