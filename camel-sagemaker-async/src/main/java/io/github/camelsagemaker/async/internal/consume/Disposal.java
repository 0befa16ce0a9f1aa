package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.s3.S3Prefix;

/**
 * What is done with a result's object after its exchange succeeded.
 *
 * @param target where it is moved to; null unless it is moved
 */
public record Disposal(Action action, S3Prefix target) {

    /** Leaves objects where they are. */
    public static final Disposal KEEP = new Disposal(Action.KEEP, null);

    /** Deletes objects. */
    public static final Disposal DELETE = new Disposal(Action.DELETE, null);

    /** The kinds of disposal. */
    public enum Action {
        KEEP,
        DELETE,
        MOVE
    }

    public static Disposal moveTo(S3Prefix target) {
        return new Disposal(Action.MOVE, target);
    }

    /** Whether the object is no longer where it was found. */
    public boolean removes() {
        return action != Action.KEEP;
    }
}
