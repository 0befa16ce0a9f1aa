-- Pending invocations, version 1, for SQL Server 2016 and newer. Not tested on a server.
-- {table} is the table's name (camel_sagemaker_pending), {name} the same without a schema.
-- Times are milliseconds since 1970-01-01 UTC. Inference ids that differ by spaces at the end only are equal here.
IF OBJECT_ID('{table}') IS NULL CREATE TABLE {table} (
    inference_id     VARCHAR(64) COLLATE Latin1_General_BIN2 NOT NULL,
    endpoint_name    VARCHAR(63) COLLATE Latin1_General_BIN2 NOT NULL,
    -- PENDING, COMPLETED, FAILED or EXPIRED
    state            VARCHAR(9)     NOT NULL,
    created_at       BIGINT         NOT NULL,
    deadline_at      BIGINT         NOT NULL,
    -- when a sweep may claim it: the deadline, or the end of a hold or claim
    due_at           BIGINT         NOT NULL,
    claim_id         VARCHAR(36),
    expired_at       BIGINT,
    ended_at         BIGINT,
    output_location  NVARCHAR(1300) COLLATE Latin1_General_BIN2,
    failure_location NVARCHAR(1300) COLLATE Latin1_General_BIN2,
    input_location   NVARCHAR(1300) COLLATE Latin1_General_BIN2,
    -- SHA-256 of the location, in hexadecimal
    output_hash      CHAR(64),
    failure_hash     CHAR(64),
    headers          NVARCHAR(MAX)  NOT NULL,
    PRIMARY KEY (endpoint_name, inference_id),
    INDEX {name}_due (endpoint_name, state, due_at),
    INDEX {name}_output (output_hash),
    INDEX {name}_failure (failure_hash),
    INDEX {name}_ended (endpoint_name, ended_at)
);
IF OBJECT_ID('{table}_version') IS NULL CREATE TABLE {table}_version (version INTEGER NOT NULL PRIMARY KEY);
IF NOT EXISTS (SELECT 1 FROM {table}_version WHERE version = 1) INSERT INTO {table}_version (version) VALUES (1);
