package io.github.camelsagemaker.async.error;

import org.apache.camel.RuntimeCamelException;

/** S3 copies at most 5 GB in one request, so the object was left where it is. */
public class ObjectTooLargeToMoveException extends RuntimeCamelException {

    public ObjectTooLargeToMoveException(String object, long size, long limit, String option) {
        super("The object " + object + " has " + size + " bytes, but S3 copies at most " + limit
                + " bytes (5 GB): it cannot be moved and stays where it is. Move it by hand, or delete or keep results"
                + " instead of setting " + option);
    }
}
