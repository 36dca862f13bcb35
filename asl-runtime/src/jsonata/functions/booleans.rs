//! Functions that tell true from false.

use super::arguments::at;
use crate::jsonata::{Args, Data, Eval, Query};

/// `$boolean(x)`
pub(super) fn boolean(_: &Query<'_>, args: Args) -> Eval {
    match at(&args, 0) {
        Data::Undefined => Ok(Data::Undefined),
        data => Ok(data.truthy()?.into()),
    }
}

/// `$not(x)`
pub(super) fn not(_: &Query<'_>, args: Args) -> Eval {
    match at(&args, 0) {
        Data::Undefined => Ok(Data::Undefined),
        data => Ok((!data.truthy()?).into()),
    }
}

/// `$exists(x)`
pub(super) fn exists(_: &Query<'_>, args: Args) -> Eval {
    Ok((!at(&args, 0).is_undefined()).into())
}
