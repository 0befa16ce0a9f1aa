package io.github.camelsagemaker.async.examples.karaf;

import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.spi.ComponentResolver;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ManagedService;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Runs the routes while there are both a configuration and the component, and begins anew when the configuration changes.
 * The configuration is the file etc/io.github.camelsagemaker.examples.karaf.cfg.
 */
public final class Activator implements BundleActivator {

    static final String PID = "io.github.camelsagemaker.examples.karaf";

    private ServiceTracker<ComponentResolver, ComponentResolver> tracker;
    private BundleContext bundle;
    private Map<String, String> configuration;
    private boolean componentIsThere;
    private Application application;

    @Override
    public void start(BundleContext context) throws InvalidSyntaxException {
        bundle = context;
        // Camel's OSGi support registers one of these for each component of a bundle that is started.
        tracker =
                new ServiceTracker<>(
                        context,
                        context.createFilter("(&(objectClass=" + ComponentResolver.class.getName()
                                + ")(component=sagemaker-async))"),
                        null) {
                    @Override
                    public ComponentResolver addingService(ServiceReference<ComponentResolver> reference) {
                        componentIsThere(true);
                        return super.addingService(reference);
                    }

                    @Override
                    public void removedService(
                            ServiceReference<ComponentResolver> reference, ComponentResolver resolver) {
                        componentIsThere(false);
                        super.removedService(reference, resolver);
                    }
                };
        tracker.open();
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(Constants.SERVICE_PID, PID);
        context.registerService(ManagedService.class, this::configure, properties);
    }

    @Override
    public void stop(BundleContext context) {
        tracker.close();
    }

    private synchronized void componentIsThere(boolean isThere) {
        componentIsThere = isThere;
        restart();
    }

    private synchronized void configure(Dictionary<String, ?> properties) {
        configuration = properties == null
                ? null
                : Collections.list(properties.keys()).stream()
                        .collect(Collectors.toMap(
                                Function.identity(), key -> properties.get(key).toString()));
        restart();
    }

    private void restart() {
        if (application != null) {
            application.stop();
            application = null;
        }
        if (componentIsThere && configuration != null) {
            application = Application.start(bundle, configuration);
        }
    }
}
