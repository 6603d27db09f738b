//! Whether a fault can be expected to hit anything.

use super::Lowering;
use crate::plan::Plan;

pub(super) fn expected(_lowering: &mut Lowering<'_>, _plan: &Plan) {}
