package io.github.camelsagemaker.async.landing;

/** What is remembered of requests that were sent. Thread-safe; methods may block, and are called on workers. */
public interface RequestRecords {

    /** Nothing is remembered. */
    RequestRecords NONE = new RequestRecords() {
        @Override
        public RequestRecord begin(Landing landing) {
            return RequestRecord.UNTRACKED;
        }

        @Override
        public void handledBefore(Landing landing) {}
    };

    /**
     * Begins to deliver a result.
     *
     * @throws RuntimeException if it cannot be told whether the request is tracked; then the result is left for another attempt
     */
    RequestRecord begin(Landing landing);

    /**
     * A result turned out to be delivered already, so its request's record ends, if it has not.
     *
     * @throws RuntimeException if that could not be stored; then the result is left for another attempt
     */
    void handledBefore(Landing landing);
}
