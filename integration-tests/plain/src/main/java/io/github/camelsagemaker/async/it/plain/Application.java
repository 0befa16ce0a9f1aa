package io.github.camelsagemaker.async.it.plain;

import io.github.camelsagemaker.async.it.job.JobRoutes;
import org.apache.camel.main.Main;

/** The job without a framework. */
public final class Application {

    private Application() {}

    public static void main(String[] arguments) throws Exception {
        Main main = new Main();
        main.configure().addRoutesBuilder(new JobRoutes());
        main.run(arguments);
    }
}
