//! Segments as a whole: what goes in comes out, damage is found, nothing that can score is lost.

mod damage;
mod no_loss;
mod round_trip;
mod world;
