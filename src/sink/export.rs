//! The forms of a case that are one file each: for people, and for other systems.

use std::io::Write;
use std::path::Path;

use crate::sink::Sink;
use crate::sink::ecs::EcsLines;
use crate::sink::html::{HtmlReport, ReportOptions};
use crate::sink::misp::MispEvent;
use crate::sink::ocsf::OcsfLines;
use crate::sink::stix::StixBundle;

/// A form of a case that is one file; `docs/EXPORTS.md` says what stands where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Export {
    /// A page for people.
    Html(ReportOptions),
    /// A STIX 2.1 bundle.
    Stix,
    /// A MISP event.
    Misp,
    /// Elastic Common Schema, one alert a line.
    Ecs,
    /// OCSF detection findings, one a line.
    Ocsf,
}

impl Export {
    /// The name of its file.
    pub fn file_name(&self) -> &'static str {
        match self {
            Self::Html(_) => "report.html",
            Self::Stix => "exposures.stix.json",
            Self::Misp => "exposures.misp.json",
            Self::Ecs => "exposures.ecs.ndjson",
            Self::Ocsf => "exposures.ocsf.ndjson",
        }
    }

    /// What writes it to `out`, which error messages call `target`. It takes every record of a case.
    pub fn sink<'w>(
        &self,
        out: impl Write + Send + 'w,
        target: &Path,
    ) -> Box<dyn Sink + Send + 'w> {
        match self {
            Self::Html(options) => Box::new(HtmlReport::new(out, target, options.clone())),
            Self::Stix => Box::new(StixBundle::new(out, target)),
            Self::Misp => Box::new(MispEvent::new(out, target)),
            Self::Ecs => Box::new(EcsLines::new(out, target)),
            Self::Ocsf => Box::new(OcsfLines::new(out, target)),
        }
    }
}
