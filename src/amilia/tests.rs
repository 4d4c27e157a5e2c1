//! The rules, by their numbers. A test writes the exports of one or several days as small tables, and reads models.

mod loading;
mod world;
