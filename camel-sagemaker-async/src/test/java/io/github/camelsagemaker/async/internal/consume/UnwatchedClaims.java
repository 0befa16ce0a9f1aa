package io.github.camelsagemaker.async.internal.consume;

/** Claims that nobody asks about. */
final class UnwatchedClaims implements ResultClaims.Watcher {

    @Override
    public void notGivenBack(String key, Throwable failure) {}

    @Override
    public void allGivenBack() {}

    @Override
    public void asked(String key, boolean isHeldElsewhere) {}
}
