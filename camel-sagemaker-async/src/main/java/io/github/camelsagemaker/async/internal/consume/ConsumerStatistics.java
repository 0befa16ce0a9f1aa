package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.observe.ResultObserver.Ending;
import java.util.Map;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.util.json.JsonObject;

/** What both consumers show by JMX. */
public interface ConsumerStatistics {

    ConsumerRuntime runtime();

    @ManagedAttribute(description = "Results on their way: dispatched or received, and not yet settled")
    default int getInFlight() {
        return runtime().inFlight();
    }

    @ManagedAttribute(description = "Results handled to the end since the start, failed inferences among them")
    default long getSettled() {
        return runtime().observer().counted(Ending.COMPLETED) + getFailedInferences();
    }

    @ManagedAttribute(description = "Failed inferences handled to the end since the start")
    default long getFailedInferences() {
        return runtime().observer().counted(Ending.FAILED);
    }

    @ManagedAttribute(description = "Attempts since the start whose exchange failed, or whose result could not be read")
    default long getFailedAttempts() {
        return runtime().observer().counted(Ending.ATTEMPT_FAILED);
    }

    @ManagedAttribute(description = "Results dropped since the start because they had been handled before")
    default long getDuplicates() {
        return runtime().observer().counted(Ending.DUPLICATE);
    }

    @ManagedAttribute(description = "Results dropped since the start because their object was not there any more")
    default long getGone() {
        return runtime().observer().counted(Ending.GONE);
    }

    @ManagedAttribute(description = "Requests reported EXPIRED since the start")
    default long getExpired() {
        return runtime().observer().counted(Ending.EXPIRED);
    }

    @ManagedAttribute(description = "What fails at present, and since when; empty if nothing does")
    default String getFailing() {
        return runtime().observer().failing();
    }

    /** The same for the dev console. */
    default Map<String, Object> numbers() {
        JsonObject numbers = new JsonObject();
        numbers.put("inFlight", getInFlight());
        numbers.put("settled", getSettled());
        numbers.put("failedInferences", getFailedInferences());
        numbers.put("failedAttempts", getFailedAttempts());
        numbers.put("duplicates", getDuplicates());
        numbers.put("expired", getExpired());
        numbers.put("failing", getFailing());
        return numbers;
    }

    @ManagedOperation(description = "Counts results and messages anew from zero; metrics go on")
    default void resetCounters() {
        runtime().observer().reset();
    }
}
