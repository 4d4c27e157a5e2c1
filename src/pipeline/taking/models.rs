//! The models of a run: derived from the customer base, entered in the ledger with their outbound files, archived.

use std::fs;
use std::path::Path;

use chrono::NaiveDate;

use super::Runner;
use crate::fault;
use crate::pipeline::customer_base::{self, Base, How, Places};
use crate::pipeline::error::{PipelineError, io_error};
use crate::pipeline::expect;
use crate::pipeline::export::Outcome;
use crate::pipeline::run::Event;
use crate::platform;
use crate::reading::survey::Survey;
use crate::store::{ExportId, ExportOutcome, NewExport, Note, Staged, relative_to};

impl Runner<'_> {
    /// Brings the customer base up to date and stages what its routes send. `None`: there is none yet, or nothing has changed.
    pub(in crate::pipeline) fn customer_base(
        &mut self,
        events: &mut dyn FnMut(Event<'_>),
    ) -> Result<Option<Base>, PipelineError> {
        if !customer_base::exists(self.project, self.store)? {
            return Ok(None);
        }
        let today = self.today();
        let from = customer_base::fingerprint(self.project, self.store, today)?;
        let in_full = self.project.routes.iter().any(|route| route.full && route.model().is_some());
        let unchanged = self.store.note(Note::Derived)?.as_ref() == Some(&from);
        if !in_full && unchanged {
            return Ok(None);
        }
        let before = self.staged.len();
        self.store.begin()?;
        let based = self.customer_base_of(today, &from, unchanged);
        // Open only after an error or a guard.
        self.store.roll_back();
        let base = based?;
        self.tell_staged(before, events)?;
        if let Some(guard) = &base.derived.guard {
            self.store.set_note(Note::Guard, Some(&customer_base::guard_note(guard)))?;
        }
        Ok(Some(base))
    }

    fn customer_base_of(
        &mut self,
        today: NaiveDate,
        from: &str,
        unchanged: bool,
    ) -> Result<Base, PipelineError> {
        let version = self.store.customer_base_version()?;
        let accepted = self.store.note(Note::Accepted)? == Some(version);
        platform::create_private_dir(&self.reports).map_err(io_error("making the folder", &self.reports))?;
        let stem = self.run.to_string();
        let places = Places {
            tables: &self.folders.models,
            archive: Some(self.project.config.archive.join(self.run.as_str())),
            staged: Some((&self.folders.outbound, &stem)),
            rejected: Some(&self.reports),
        };
        let how = How { accept_removals: accepted, unchanged };
        let mut base = customer_base::bring_up_to_date(self.project, self.store, today, how, &places)?;
        if base.derived.guard.is_some() {
            return Ok(base);
        }
        let mut to_archive = Vec::new();
        let mut written = Vec::new();
        for model in &mut base.models {
            let entry = match model.survey.as_ref().filter(|_| model.matters()) {
                None => {
                    fs::remove_file(&model.path).map_err(io_error("removing", &model.path))?;
                    None
                }
                Some(content) => {
                    let id = self.stage_model(&model.name, &model.path, content, &model.outcome)?;
                    to_archive.push((id, model.path.clone()));
                    Some(id)
                }
            };
            let rows = model.outcome.refused.is_empty().then_some(model.outcome.rows);
            written.push((model.name.clone(), rows, entry));
        }
        expect::derived(self.project, self.store, &written, (self.clock)())?;
        self.store.set_note(Note::Derived, Some(from))?;
        self.store.set_note(Note::Models, Some(&base.written_from))?;
        self.store.set_note(Note::Guard, None)?;
        fault::point("before-customer-base");
        self.store.commit()?;
        fault::point("customer-base");
        for (id, path) in to_archive {
            let record = self.store.export(id)?;
            self.archive(&record, &path)?;
        }
        Ok(base)
    }

    /// Enters a model's table and its outbound files in the ledger.
    fn stage_model(
        &mut self,
        name: &str,
        path: &Path,
        content: &Survey,
        outcome: &Outcome,
    ) -> Result<ExportId, PipelineError> {
        let at = (self.clock)();
        let export = NewExport {
            name: name.to_owned(),
            sha256: content.sha256,
            size: content.size,
            work_path: relative_to(&self.project.config.root, path),
            claimed_at: at,
        };
        let export = self.store.claim_export(&self.run, export)?;
        let mut outbound = Vec::new();
        for route in &outcome.routes {
            outbound.extend(self.outbound(route, outcome.rows, outcome.rejected)?);
        }
        let report = outcome.rejected_file.as_ref();
        let staged = Staged {
            export,
            run: self.run.clone(),
            at,
            outcome: ExportOutcome::Accepted,
            schema: outcome.schema.clone(),
            rows: outcome.rows,
            rejected: outcome.rejected,
            report_path: report.map(|file| relative_to(&self.project.config.root, &file.path)),
            outbound,
        };
        self.store.add_rejections(&super::rejections(outcome))?;
        let entered = self.store.stage(staged)?;
        self.staged.extend(entered);
        Ok(export)
    }
}
