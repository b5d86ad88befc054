-- Views over a dataset of many items, for DuckDB on one machine.
--
-- DATASET stands for a folder that `logsieve_spark.submit` filled with all records, EXPOSURES for one
-- that it filled with `--check`; put the paths in their place:
--   sed 's|DATASET|/data/records|g; s|EXPOSURES|/data/exposures|g' duckdb.sql | duckdb leaks.db
-- Only items that are complete by the ledger count. docs/SCALE.md has questions to ask.

-- Items, the source that each was cut from, and since when they are in the dataset.
create or replace view items as
select item, min(source) as given, min(done_at) as known_since
from read_parquet('DATASET/ledger/*.parquet')
where item is not null and error is null
group by item;

-- Every source of every item. Two plans may have one source, even cut in two ways: rows that are
-- `is_first` tell each once, and those in `repeats` are told by others as well.
create or replace view source_copies as
with copies as (
  select known.*, items.given, items.known_since, coalesce(parent_id, '') as parent,
    coalesce("part.number", 1) as number, coalesce("part.of", 1) as parts
  from (
    select * exclude (filename), regexp_extract(filename, 'part-([0-9a-f]{32})', 1) as item
    from read_parquet('DATASET/records/type=source/*.parquet', filename = true)
  ) as known
  join items using (item)
),
ways as (
  select source_id, parent, name, parts, count(distinct number) < parts as lacks
  from copies
  group by source_id, parent, name, parts
),
best as (
  select source_id, parent, name, arg_min(parts, (lacks, parts)) as best_parts,
    min(lacks) as all_lack
  from ways
  group by source_id, parent, name
),
placed as (
  select copies.*, best_parts, all_lack, first_value(item) over (
    partition by source_id, parent, name, parts, number order by known_since, item
  ) as first_item
  from copies
  join best using (source_id, parent, name)
)
select *, parts = best_parts and item = first_item as is_first,
  case when parts = best_parts then item <> first_item else not all_lack end as is_repeat
from placed;

create or replace view repeats as
select item, source_id from source_copies
group by item, source_id
having min(is_repeat);

-- Every source once, with what its parts counted added up.
create or replace view sources as
select
  source_id, parent, name,
  min(digest) as digest,
  min(size) as size,
  min(format) as format,
  min(channel) as channel,
  min(posted_at) as posted_at,
  if(min(status) = max(status), min(status), 'partial') as status,
  sum("entries.seen") as seen,
  sum("entries.parsed") as parsed,
  sum("entries.scanned") as scanned,
  sum("entries.ignored") as ignored,
  sum("entries.skipped") as skipped,
  sum("entries.failed") as failed,
  sum(logs) as logs,
  sum(bytes_in) as bytes_in,
  sum(bytes_out) as bytes_out,
  min(known_since) as known_since
from source_copies
where is_first
group by source_id, parent, name;

-- Every copy of every login, with its item.
create or replace view login_copies as
select copies.*, items.given, items.known_since
from (
  select * exclude (filename), regexp_extract(filename, 'part-([0-9a-f]{32})', 1) as item
  from read_parquet('DATASET/records/type=credential/*.parquet', filename = true)
) as copies
join items using (item)
anti join repeats
  on repeats.item = copies.item and repeats.source_id = copies.source_id;

-- Every machine once, as the first source tells it.
create or replace view machines as
select distinct on (machine_id) copies.*, items.given, items.known_since
from (
  select * exclude (filename), regexp_extract(filename, 'part-([0-9a-f]{32})', 1) as item
  from read_parquet('DATASET/records/type=machine/*.parquet', filename = true)
) as copies
join items using (item)
order by machine_id, given, item;

-- Every login once: how often, on how many machines and in how many sources, and since when.
create or replace view logins as
select
  credential_id,
  arg_min(url, (given, item, entry, line)) as url,
  min(host) as host,
  min(registrable_domain) as registrable_domain,
  min(email_domain) as email_domain,
  min(username_fingerprint) as username_fingerprint,
  sum(sightings) as sightings,
  count(distinct login_copies.machine_id) as machines,
  count(distinct login_copies.source_id) as sources,
  min(machines.infected_at) as first_infected,
  max(machines.infected_at) as last_infected,
  min(login_copies.known_since) as known_since
from login_copies
left join (select machine_id, infected_at from machines) as machines using (machine_id)
group by credential_id;

-- The logins that concern a domain: at its sites, or with one of its addresses.
--   from domain_logins where domain = 'example.com'
create or replace view domain_logins as
select registrable_domain as domain, 'website' as matched_on, * from logins
where registrable_domain is not null
union all
select email_domain, 'email', * from logins where email_domain is not null;

-- Counts by domain without any personal value, as `--format apex` has them; docs/EXPORTS.md.
create or replace view apex as
with places as (
  select credential_id, machine_id, login_copies.source_id, email_domain, registrable_domain,
    coalesce(username_fingerprint, username) as login,
    (infected_at at time zone 'UTC')::date as day
  from login_copies
  left join (select machine_id, infected_at from machines) as machines using (machine_id)
),
named as (
  select 'email' as kind, email_domain as domain, * from places where email_domain is not null
  union all
  select 'website', registrable_domain, * from places where registrable_domain is not null
  union all
  select 'website_other', '', * from places where registrable_domain is null
),
counted as (
  select kind, domain,
    count(distinct credential_id) as credentials,
    count(distinct login) as usernames,
    count(distinct coalesce(machine_id, login)) as people,
    count(distinct machine_id) as machines,
    count(distinct source_id) as sources,
    min(day) as first_infected,
    max(day) as last_infected
  from named
  group by kind, domain
),
shown as (
  select *, people < 5 and domain <> '' as is_small, if(is_small, '', domain) as name from counted
)
select kind, name as domain, count(*) filter (domain <> '') as domains,
  sum(credentials) as credentials, sum(usernames) as usernames, sum(people) as people,
  sum(machines) as machines, sum(sources) as sources,
  min(first_infected) as first_infected, max(last_infected) as last_infected
from shown
group by kind, is_small, name
order by kind, is_small, credentials desc, name;

-- The same for exposures.
create or replace view checked_items as
select item, min(source) as given, min(done_at) as known_since
from read_parquet('EXPOSURES/ledger/*.parquet')
where item is not null and error is null
group by item;

create or replace view checked_source_copies as
with copies as (
  select known.*, items.given, items.known_since, coalesce(parent_id, '') as parent,
    coalesce("part.number", 1) as number, coalesce("part.of", 1) as parts
  from (
    select * exclude (filename), regexp_extract(filename, 'part-([0-9a-f]{32})', 1) as item
    from read_parquet('EXPOSURES/records/type=source/*.parquet', filename = true)
  ) as known
  join checked_items as items using (item)
),
ways as (
  select source_id, parent, name, parts, count(distinct number) < parts as lacks
  from copies
  group by source_id, parent, name, parts
),
best as (
  select source_id, parent, name, arg_min(parts, (lacks, parts)) as best_parts,
    min(lacks) as all_lack
  from ways
  group by source_id, parent, name
),
placed as (
  select copies.*, best_parts, all_lack, first_value(item) over (
    partition by source_id, parent, name, parts, number order by known_since, item
  ) as first_item
  from copies
  join best using (source_id, parent, name)
)
select *, parts = best_parts and item = first_item as is_first,
  case when parts = best_parts then item <> first_item else not all_lack end as is_repeat
from placed;

create or replace view checked_repeats as
select item, source_id from checked_source_copies
group by item, source_id
having min(is_repeat);

create or replace view exposure_copies as
select copies.*, items.given, items.known_since
from (
  select * exclude (filename), regexp_extract(filename, 'part-([0-9a-f]{32})', 1) as item
  from read_parquet('EXPOSURES/records/type=exposure/*.parquet', filename = true)
) as copies
join checked_items as items using (item)
anti join checked_repeats as repeats
  on repeats.item = copies.item and repeats.source_id = copies."source.source_id";

-- Every exposure once: its first copy, with the sightings of all.
--   from exposures where known_since >= '2026-03-09'
create or replace view exposures as
with joined as (
  select exposure_id, sum(sightings) as sightings, min(first_seen) as first_seen,
    max(last_seen) as last_seen, min(known_since) as known_since
  from exposure_copies
  group by exposure_id
),
firsts as (
  select distinct on (exposure_id)
    * exclude (sightings, first_seen, last_seen, known_since, given, item)
  from exposure_copies
  order by exposure_id, given, item
)
select * from firsts join joined using (exposure_id);

-- The infected computers of an organisation, and what they expose.
--   from organisation_machines where organisation = 'Example Corp'
create or replace view organisation_machines as
select organisation, "machine.machine_id" as machine_id,
  min("machine.computer_name") as computer_name, min("machine.infected_at") as infected_at,
  count(*) as exposures,
  count(*) filter (severity in ('critical', 'high')) as serious,
  min(known_since) as known_since
from exposures
where "machine.machine_id" is not null
group by organisation, "machine.machine_id";
