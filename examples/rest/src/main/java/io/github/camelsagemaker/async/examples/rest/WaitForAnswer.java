package io.github.camelsagemaker.async.examples.rest;

/** A caller waits for the answer, and no thread does. */
final class WaitForAnswer extends RestRoutes {

    @Override
    void routes() {
        from("platform-http:/answers?httpMethodRestrict=POST")
                .routeId("answer")
                .to(SAGEMAKER + "&awaitResult=true&resultTimeout={{rest.timeout}}")
                .convertBodyTo(String.class)
                .removeHeaders("*");
    }
}
