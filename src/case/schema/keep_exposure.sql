INSERT INTO exposures (
  exposure_id, organisation, kind, matched_entry, matched_on, identity_class, class_reason,
  app_class, severity, severity_reasons, actions, record_id, host, username, fingerprint,
  machine_id, top_id, source_id, first_seen, last_seen, first_run, record,
  position
) VALUES (
  ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
  ?23
)
ON CONFLICT (exposure_id) DO UPDATE SET
  matched_entry = ?4, matched_on = ?5, identity_class = ?6, class_reason = ?7, app_class = ?8,
  severity = ?9, severity_reasons = ?10, actions = ?11, host = ?13, username = ?14,
  fingerprint = ?15, top_id = ?17, source_id = ?18, last_seen = ?20, record = ?22,
  position = ?23
