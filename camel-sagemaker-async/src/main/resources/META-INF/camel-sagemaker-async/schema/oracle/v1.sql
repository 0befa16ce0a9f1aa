-- Pending invocations, version 1, for Oracle 12.2 and newer. Not tested on a server.
-- {table} is the table's name (camel_sagemaker_pending), {name} the same without a schema.
-- Times are milliseconds since 1970-01-01 UTC.
CREATE TABLE {table} (
    inference_id     VARCHAR2(64 CHAR)   NOT NULL,
    endpoint_name    VARCHAR2(63 CHAR)   NOT NULL,
    -- PENDING, COMPLETED, FAILED or EXPIRED
    state            VARCHAR2(9 CHAR)    NOT NULL,
    created_at       NUMBER(19)          NOT NULL,
    deadline_at      NUMBER(19)          NOT NULL,
    -- when a sweep may claim it: the deadline, or the end of a hold or claim
    due_at           NUMBER(19)          NOT NULL,
    claim_id         VARCHAR2(36 CHAR),
    expired_at       NUMBER(19),
    ended_at         NUMBER(19),
    output_location  VARCHAR2(1300 CHAR),
    failure_location VARCHAR2(1300 CHAR),
    input_location   VARCHAR2(1300 CHAR),
    -- SHA-256 of the location, in hexadecimal
    output_hash      CHAR(64 CHAR),
    failure_hash     CHAR(64 CHAR),
    headers          CLOB                NOT NULL,
    PRIMARY KEY (endpoint_name, inference_id)
);
CREATE INDEX {name}_due ON {table} (endpoint_name, state, due_at);
CREATE INDEX {name}_output ON {table} (output_hash);
CREATE INDEX {name}_failure ON {table} (failure_hash);
CREATE INDEX {name}_ended ON {table} (endpoint_name, ended_at);
CREATE TABLE {table}_version (version INTEGER NOT NULL PRIMARY KEY);
INSERT INTO {table}_version (version) VALUES (1);
