package io.github.camelsagemaker.async.internal.result;

import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.util.UUID;

/**
 * The folder of results that somebody waits for: the waiting side takes them, so consumers leave them alone. It lies directly
 * below an endpoint's output path, which may be any number of folders below the prefix that a consumer looks at.
 */
public final class AwaitedFolder {

    public static final String NAME = "camel-await/";

    /** Sorts behind every key below the folder: '~' is behind all characters that an output path may have. */
    private static final String BEHIND = "~";

    /** What the inference ids of awaited requests begin with, where the user gave none: failures have no folder. */
    private static final String ID = "camel-await-";

    private AwaitedFolder() {}

    /** An inference id that says that the request is awaited. */
    public static String newId() {
        return ID + UUID.randomUUID();
    }

    /** Whether the id, which may be null, is one that {@link #newId} made. */
    public static boolean isAwaited(String inferenceId) {
        return inferenceId != null && inferenceId.startsWith(ID);
    }

    /** Whether the object is an awaited result, as seen from this prefix. Other places than below it are none. */
    public static boolean contains(S3Prefix prefix, S3Location object) {
        return prefix.contains(object) && end(prefix, object.key()) >= 0;
    }

    /** Where a listing of this prefix goes on after the key: behind the folder, if the key is in one. */
    public static String pass(S3Prefix prefix, String key) {
        int end = end(prefix, key);
        return end < 0 ? key : key.substring(0, end) + BEHIND;
    }

    private static int end(S3Prefix prefix, String key) {
        int from = prefix.prefix().length();
        int start = key.startsWith(NAME, from) ? from : key.indexOf("/" + NAME, from) + 1;
        return start == 0 ? -1 : start + NAME.length();
    }
}
