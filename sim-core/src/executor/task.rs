//! The slab of tasks, and wakers that name a place in it.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Wake, Waker};

/// A place in the slab. Places are used again: a late wake of a task that has ended polls its successor once too
/// often, which futures have to bear.
pub(super) type TaskId = u32;

pub(super) type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Wakes that come through [`Waker`]s, which must be `Send`; our own timers take a shorter way.
#[derive(Default)]
struct Woken {
    any: AtomicBool,
    ids: Mutex<Vec<TaskId>>,
}

struct SlotWaker {
    id: TaskId,
    woken: Arc<Woken>,
}

impl Wake for SlotWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.ids.lock().unwrap_or_else(PoisonError::into_inner).push(self.id);
        self.woken.any.store(true, Ordering::Release);
    }
}

struct Slot {
    task: Option<Task>,
    /// Made once for the place; out while the task is polled.
    waker: Option<Waker>,
    /// Whether it stands in the ready queue.
    queued: bool,
    occupied: bool,
}

#[derive(Default)]
pub(super) struct Tasks {
    slots: Vec<Slot>,
    free: Vec<TaskId>,
    woken: Arc<Woken>,
}

impl Tasks {
    /// Adds a task that its caller puts into the ready queue.
    pub(super) fn insert(&mut self, task: Task) -> TaskId {
        let id = self.free.pop().unwrap_or_else(|| {
            let id = self.slots.len() as TaskId;
            let waker = Waker::from(Arc::new(SlotWaker { id, woken: self.woken.clone() }));
            self.slots.push(Slot { task: None, waker: Some(waker), queued: false, occupied: false });
            id
        });
        let slot = &mut self.slots[id as usize];
        (slot.task, slot.queued, slot.occupied) = (Some(task), true, true);
        id
    }

    /// Takes a task out to poll it; `None` if it has ended.
    pub(super) fn take(&mut self, id: TaskId) -> Option<(Task, Waker)> {
        let slot = &mut self.slots[id as usize];
        slot.queued = false;
        Some((slot.task.take()?, slot.waker.take()?))
    }

    pub(super) fn put_back(&mut self, id: TaskId, task: Task, waker: Waker) {
        let slot = &mut self.slots[id as usize];
        (slot.task, slot.waker) = (Some(task), Some(waker));
    }

    /// Frees the place of a task that has ended.
    pub(super) fn remove(&mut self, id: TaskId, waker: Waker) {
        let slot = &mut self.slots[id as usize];
        (slot.waker, slot.occupied) = (Some(waker), false);
        self.free.push(id);
    }

    /// Notes that a task is to be queued; false if it is queued already or has ended.
    pub(super) fn mark_queued(&mut self, id: TaskId) -> bool {
        let slot = &mut self.slots[id as usize];
        let queue = slot.occupied && !slot.queued;
        slot.queued |= queue;
        queue
    }

    /// Moves what was woken through wakers into the ready queue, in the order of waking.
    pub(super) fn drain_woken(&mut self, ready: &mut VecDeque<TaskId>) {
        // Asked before every poll, and a plain load is cheaper than a swap. A wake that comes in between is either
        // taken along now, or raises the flag again.
        if !self.woken.any.load(Ordering::Acquire) {
            return;
        }
        self.woken.any.store(false, Ordering::Relaxed);
        let ids = std::mem::take(&mut *self.woken.ids.lock().unwrap_or_else(PoisonError::into_inner));
        ready.extend(ids.into_iter().filter(|&id| self.mark_queued(id)));
    }

    /// Takes out the tasks that have not ended.
    pub(super) fn abandon(&mut self) -> Vec<Task> {
        let mut tasks = Vec::new();
        for (id, slot) in (0..).zip(&mut self.slots) {
            if let Some(task) = slot.task.take() {
                slot.occupied = false;
                self.free.push(id);
                tasks.push(task);
            }
        }
        tasks
    }
}
