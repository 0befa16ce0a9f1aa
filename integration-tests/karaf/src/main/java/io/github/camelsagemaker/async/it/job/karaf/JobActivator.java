package io.github.camelsagemaker.async.it.job.karaf;

import io.github.camelsagemaker.async.it.job.JobRoutes;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.karaf.core.OsgiDefaultCamelContext;
import org.apache.camel.spi.ComponentResolver;
import org.apache.camel.support.PropertyBindingSupport;
import org.apache.camel.util.StringHelper;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the job while the component is there. Options of the component are system properties, as of Camel Main. */
public final class JobActivator implements BundleActivator {

    private static final Logger LOG = LoggerFactory.getLogger(JobActivator.class);
    private static final String SCHEME = "sagemaker-async";
    private static final String OPTION = "camel.component." + SCHEME + ".";

    private ServiceTracker<ComponentResolver, CamelContext> tracker;

    @Override
    public void start(BundleContext bundle) throws InvalidSyntaxException {
        // Camel's OSGi support registers one of these for each component of a bundle that is started.
        var filter = bundle.createFilter(
                "(&(objectClass=" + ComponentResolver.class.getName() + ")(component=" + SCHEME + "))");
        tracker = new ServiceTracker<>(bundle, filter, null) {
            @Override
            public CamelContext addingService(ServiceReference<ComponentResolver> reference) {
                return run(bundle);
            }

            @Override
            public void removedService(ServiceReference<ComponentResolver> reference, CamelContext job) {
                job.stop();
            }
        };
        tracker.open();
    }

    @Override
    public void stop(BundleContext bundle) {
        tracker.close();
    }

    private static CamelContext run(BundleContext bundle) {
        CamelContext job = new OsgiDefaultCamelContext(bundle);
        try {
            configure(job);
            job.addRoutes(new JobRoutes());
            job.start();
            return job;
        } catch (Exception e) {
            LOG.error("The job could not start", e);
            job.stop();
            return null;
        }
    }

    private static void configure(CamelContext job) {
        Component component = job.getComponent(SCHEME);
        PropertyBindingSupport.build()
                .withCamelContext(job)
                .withTarget(component)
                .withConfigurer(component.getComponentPropertyConfigurer())
                .withProperties(options())
                .withMandatory(true)
                .bind();
    }

    private static Map<String, Object> options() {
        Map<String, Object> options = new HashMap<>();
        System.getProperties().forEach((name, value) -> {
            if (name.toString().startsWith(OPTION)) {
                options.put(StringHelper.dashToCamelCase(name.toString().substring(OPTION.length())), value);
            }
        });
        return options;
    }
}
