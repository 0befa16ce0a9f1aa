package io.github.camelsagemaker.async.it;

import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

@EnabledForJreRange(max = JRE.JAVA_21, disabledReason = "Karaf 4.4 does not start on newer ones")
class KarafIT extends RuntimeContract {

    @Override
    Application application() {
        return new KarafApplication();
    }

    @Override
    boolean runsOnJava25() {
        return false;
    }
}
