-- Pending invocations, version 1, for PostgreSQL.
-- {table} is the table's name (camel_sagemaker_pending), {name} the same without a schema.
-- Times are milliseconds since 1970-01-01 UTC.
CREATE TABLE IF NOT EXISTS {table} (
    inference_id     VARCHAR(64)   NOT NULL,
    endpoint_name    VARCHAR(63)   NOT NULL,
    -- PENDING, COMPLETED, FAILED or EXPIRED
    state            VARCHAR(9)    NOT NULL,
    created_at       BIGINT        NOT NULL,
    deadline_at      BIGINT        NOT NULL,
    -- when a sweep may claim it: the deadline, or the end of a claim
    due_at           BIGINT        NOT NULL,
    claim_id         VARCHAR(36),
    expired_at       BIGINT,
    ended_at         BIGINT,
    output_location  VARCHAR(1300),
    failure_location VARCHAR(1300),
    input_location   VARCHAR(1300),
    -- SHA-256 of the location, in hexadecimal
    output_hash      CHAR(64),
    failure_hash     CHAR(64),
    headers          TEXT          NOT NULL,
    PRIMARY KEY (endpoint_name, inference_id)
);
CREATE INDEX IF NOT EXISTS {name}_due ON {table} (endpoint_name, state, due_at);
CREATE INDEX IF NOT EXISTS {name}_output ON {table} (output_hash);
CREATE INDEX IF NOT EXISTS {name}_failure ON {table} (failure_hash);
CREATE INDEX IF NOT EXISTS {name}_ended ON {table} (endpoint_name, ended_at);
CREATE TABLE IF NOT EXISTS {table}_version (version INTEGER NOT NULL PRIMARY KEY);
INSERT INTO {table}_version (version) VALUES (1) ON CONFLICT DO NOTHING;
