//! `passeur health`

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::Args;

use super::{Exit, Format, ProjectArgs, moment};
use crate::config::{Config, duration};
use crate::finding::Language;
use crate::finding::text::Texts;
use crate::pipeline::error::PipelineError;
use crate::pipeline::health::{Health, Limits, State};

/// Arguments of `health`.
#[derive(Debug, Args)]
pub(super) struct HealthArgs {
    #[command(flatten)]
    project: ProjectArgs,

    /// A route whose last success is older is critical, e.g. 26h; ROUTE=40d for one of them, `off` for none [default: that of
    /// the config, or 26h]
    #[arg(long, value_name = "[ROUTE=]TIME", value_parser = age)]
    max_age: Vec<MaxAge>,

    /// Count from this moment, e.g. 2026-11-15T02:00:00-05:00
    #[arg(long, value_name = "TIME", value_parser = moment)]
    now: Option<DateTime<Utc>>,

    /// Form of the output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// A limit, and the route that it is for; `None`: all others.
#[derive(Debug, Clone)]
struct MaxAge {
    route: Option<String>,
    limit: Option<Duration>,
}

fn age(text: &str) -> Result<MaxAge, String> {
    let (route, time) = match text.rsplit_once('=') {
        Some((route, time)) => (Some(route.to_owned()), time),
        None => (None, text),
    };
    let limit = match time.trim() {
        "off" => None,
        time => Some(duration(time).map_err(|why| format!("`{time}` {why}"))?),
    };
    Ok(MaxAge { route, limit })
}

pub(super) fn health(args: &HealthArgs, language: Option<Language>) -> anyhow::Result<Exit> {
    // Schemas and models are not looked at: a monitor asks often.
    let config = crate::config::load::load(&args.project.config).map_err(PipelineError::from)?;
    let texts = Texts::new(language.unwrap_or(config.language));
    let health = Health::of(&config, &limits(&config, &args.max_age)?, args.now.unwrap_or_else(Utc::now));
    let mut out = io::stdout().lock();
    match args.format {
        Format::Text => writeln!(out, "{}", health.line(texts))?,
        Format::Json => writeln!(out, "{}", health.json(texts))?,
    }
    out.flush()?;
    Ok(exit(&health))
}

fn limits(config: &Config, given: &[MaxAge]) -> anyhow::Result<Limits> {
    let mut limits = Limits::of(config);
    let mut routes = BTreeMap::new();
    for age in given {
        match &age.route {
            None => limits.others = age.limit,
            Some(route) if config.routes.iter().any(|known| known.name == *route) => {
                routes.insert(route.clone(), age.limit);
            }
            Some(route) => {
                let known =
                    config.routes.iter().map(|route| route.name.as_str()).collect::<Vec<_>>().join(", ");
                anyhow::bail!(
                    "--max-age names the route {route}, which the config does not have. It has: {known}"
                );
            }
        }
    }
    limits.routes = routes;
    Ok(limits)
}

fn exit(health: &Health) -> Exit {
    match health.state() {
        State::Ok => Exit::Success,
        State::Attention if health.problems.iter().all(|problem| problem.is_about_content()) => {
            Exit::Findings
        }
        State::Attention => Exit::Undelivered,
        State::Critical => Exit::Critical,
    }
}
