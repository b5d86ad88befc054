//! The forms that are one file each: for people, and for other systems.

use std::io::Write;
use std::path::Path;

use crate::error::Result;
use crate::record::dataset;
use crate::sink::Sink;
#[cfg(feature = "parquet")]
use crate::sink::Table;
use crate::sink::apex::DomainTable;
#[cfg(feature = "parquet")]
use crate::sink::arrow::ArrowStream;
use crate::sink::ecs::EcsLines;
use crate::sink::html::{HtmlReport, ReportOptions};
use crate::sink::misp::MispEvent;
use crate::sink::ocsf::OcsfLines;
use crate::sink::stix::StixBundle;
use crate::sink::tlp::Tlp;

/// A form that is one file; `docs/EXPORTS.md` says what stands where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Export {
    /// A page for people.
    Html(ReportOptions),
    /// A STIX 2.1 bundle.
    Stix(Tlp),
    /// A MISP event.
    Misp(Tlp),
    /// Elastic Common Schema, one alert a line.
    Ecs(Tlp),
    /// OCSF detection findings, one a line.
    Ocsf(Tlp),
    /// Counts by domain; those with fewer people than this share a row.
    Apex(u64),
    /// Every record of these tables in one Arrow stream.
    #[cfg(feature = "parquet")]
    Arrow(&'static [Table]),
}

impl Export {
    /// The name of its file.
    pub fn file_name(&self) -> &'static str {
        match self {
            Self::Html(_) => "report.html",
            Self::Stix(_) => "exposures.stix.json",
            Self::Misp(_) => "exposures.misp.json",
            Self::Ecs(_) => "exposures.ecs.ndjson",
            Self::Ocsf(_) => "exposures.ocsf.ndjson",
            Self::Apex(_) => dataset::APEX,
            #[cfg(feature = "parquet")]
            Self::Arrow(_) => dataset::ARROW,
        }
    }

    /// What writes it to `out`, which error messages call `target`. It takes every record.
    ///
    /// # Errors
    /// What it begins with cannot be written.
    pub fn sink<'w>(
        &self,
        out: impl Write + Send + 'w,
        target: &Path,
    ) -> Result<Box<dyn Sink + Send + 'w>> {
        Ok(match self {
            Self::Html(options) => Box::new(HtmlReport::new(out, target, options.clone())),
            Self::Stix(tlp) => Box::new(StixBundle::new(out, target).marked(*tlp)),
            Self::Misp(tlp) => Box::new(MispEvent::new(out, target).marked(*tlp)),
            Self::Ecs(tlp) => Box::new(EcsLines::new(out, target).marked(*tlp)),
            Self::Ocsf(tlp) => Box::new(OcsfLines::new(out, target).marked(*tlp)),
            Self::Apex(at_least) => Box::new(DomainTable::new(out, target, *at_least)),
            #[cfg(feature = "parquet")]
            Self::Arrow(tables) => Box::new(ArrowStream::new(out, target, tables)?),
        })
    }
}
