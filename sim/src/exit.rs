//! Exit codes. Over several files and seeds the gravest wins, in the order 2, 3, 1, 4; but what was interrupted is 130.

use std::process::ExitCode;

/// How the command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: every expectation held.
    Held,
    /// 1: an expectation was violated.
    Violated,
    /// 2: the command line or a scenario is wrong; nothing ran.
    Usage,
    /// 3: it could not run.
    CouldNotRun,
    /// 4: an expectation could not be judged.
    Inconclusive,
    /// 130: somebody ended it before its time.
    Interrupted,
}

impl Exit {
    /// The number that the shell sees.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Held => 0,
            Self::Violated => 1,
            Self::Usage => 2,
            Self::CouldNotRun => 3,
            Self::Inconclusive => 4,
            Self::Interrupted => 130,
        }
    }

    /// The graver of two. That somebody interrupted it says more than how far it had come.
    pub(crate) fn and(self, other: Self) -> Self {
        let order = [Self::Interrupted, Self::Usage, Self::CouldNotRun, Self::Violated, Self::Inconclusive];
        order.into_iter().find(|&grave| grave == self || grave == other).unwrap_or(Self::Held)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::Exit::*;

    #[test]
    fn the_gravest_wins() {
        assert_eq!(Held.and(Inconclusive), Inconclusive);
        assert_eq!(Inconclusive.and(Violated), Violated);
        assert_eq!(Violated.and(CouldNotRun), CouldNotRun);
        assert_eq!(CouldNotRun.and(Usage), Usage);
        assert_eq!(Held.and(Held), Held);
    }
}
