//! The rules, by their numbers. A test writes the exports of one or several days as small tables, and reads models.

mod changes;
mod consent;
mod decisions;
mod fields;
mod forgetting;
mod groups;
mod guards;
mod households;
mod loading;
mod own_models;
mod readings;
mod scenario;
mod spelling;
mod who;
mod world;
