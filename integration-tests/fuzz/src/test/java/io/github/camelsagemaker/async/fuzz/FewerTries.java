package io.github.camelsagemaker.async.fuzz;

import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/** A tenth of the tries, for properties whose tries start something or take much memory. */
class FewerTries implements AroundPropertyHook {

    @Override
    public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
        context.attributes().setTries(Math.max(1, Integer.getInteger("fuzz.tries", 1000) / 10));
        return property.execute();
    }
}
