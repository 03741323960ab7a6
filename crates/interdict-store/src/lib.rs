//! What must survive: publications, dataset versions, entity revisions.
#![forbid(unsafe_code)]
