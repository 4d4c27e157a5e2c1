//! `passeur setup-sheet`: what the partner has to configure for a route.

use std::io::{self, Write};

use clap::Args;

use super::{Exit, ProjectArgs, load};
use crate::finding::Language;
use crate::finding::text::Texts;
use crate::pipeline::names;
use crate::review::setup_sheet::Sheet;
use crate::suggest::nearest;

/// Arguments of `setup-sheet`.
#[derive(Debug, Args)]
pub(super) struct SetupSheetArgs {
    /// The route; without one, all routes of the project
    #[arg(value_name = "ROUTE")]
    route: Option<String>,

    #[command(flatten)]
    project: ProjectArgs,
}

pub(super) fn setup_sheet(args: &SetupSheetArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    let project = load(&args.project, language)?;
    let texts = Texts::new(project.config.language);
    let wanted = |name: &str| args.route.as_deref().is_none_or(|route| route == name);
    let mut routes = project.routes.iter().filter(|route| wanted(&route.config.name)).peekable();
    if routes.peek().is_none() {
        let route = args.route.as_deref().unwrap_or_default();
        let known = || project.routes.iter().map(|route| route.config.name.as_str());
        let near = nearest(route, known()).unwrap_or("");
        let all = known().collect::<Vec<_>>().join(", ");
        let guess = if near.is_empty() { "no" } else { "yes" };
        let args =
            [("guess", guess.into()), ("route", route.into()), ("near", near.into()), ("known", all.into())];
        writeln!(io::stderr(), "passeur: {}", texts.say("sheet-no-route", &args))?;
        return Ok(Exit::Usage);
    }
    let mut out = io::stdout().lock();
    for (number, route) in routes.enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        let sheet = Sheet {
            route: &route.config,
            schema: &route.target,
            destination: project.config.destinations.get(&route.config.destination),
            name: &names::template(route),
            zone: route.zones.target,
            set: project
                .config
                .sets
                .iter()
                .find(|set| set.routes.iter().any(|member| member.route == route.config.name)),
        };
        out.write_all(sheet.text(texts).as_bytes())?;
    }
    Ok(Exit::Success)
}
