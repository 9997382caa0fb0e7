-- What the database says about itself, in one look.
SELECT
    current_setting('server_version_num')::int / 10000,
    current_setting('fsync'),
    current_setting('synchronous_commit'),
    clock_timestamp(),
    to_regclass('premura_delivery_' || to_char(current_date + 1, 'YYYYMMDD')) IS NOT NULL
