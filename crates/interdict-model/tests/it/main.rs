//! The model against what the FollowTheMoney tools do.

mod recorded;
