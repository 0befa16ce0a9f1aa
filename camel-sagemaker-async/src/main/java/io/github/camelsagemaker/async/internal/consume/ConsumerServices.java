package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.observe.Observability;
import io.github.camelsagemaker.async.internal.s3.RequiredBuckets;
import io.github.camelsagemaker.async.internal.s3.StagedInputs;

/**
 * What all consumers of a component share, whichever route, session or consumer has something in hand.
 *
 * @param staged which payloads the component's producers staged lately, and what for
 * @param left which results failed and are left to their queue, also over a route's stop
 * @param claims which results are in progress on this node
 */
public record ConsumerServices(
        StagedInputs staged,
        LeftToQueue left,
        ResultClaims claims,
        RequiredBuckets buckets,
        Observability observability) {}
