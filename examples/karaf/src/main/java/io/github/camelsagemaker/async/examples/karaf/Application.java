package io.github.camelsagemaker.async.examples.karaf;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.karaf.core.OsgiDefaultCamelContext;
import org.apache.camel.support.PropertyBindingSupport;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Camel with the routes. */
final class Application {

    private static final Logger LOG = LoggerFactory.getLogger(Application.class);
    private static final String SCHEME = "sagemaker-async";
    private static final String OPTION = "camel.component." + SCHEME + ".";

    private final CamelContext camel;

    private Application(CamelContext camel) {
        this.camel = camel;
    }

    /** Null if it cannot start; the log tells why. */
    static Application start(BundleContext bundle, Map<String, String> configuration) {
        Application application = new Application(new OsgiDefaultCamelContext(bundle));
        try {
            application.run(configuration);
            return application;
        } catch (Exception e) {
            LOG.error("The example could not start with etc/{}.cfg", Activator.PID, e);
            application.stop();
            return null;
        }
    }

    private void run(Map<String, String> configuration) throws Exception {
        Properties placeholders = new Properties();
        Map<String, Object> options = new HashMap<>();
        configuration.forEach((name, value) -> {
            if (name.startsWith(OPTION)) {
                options.put(name.substring(OPTION.length()), value);
            } else {
                placeholders.setProperty(name, value);
            }
        });
        camel.getPropertiesComponent().setInitialProperties(placeholders);
        Component component = camel.getComponent(SCHEME);
        // With an option that does not exist nothing starts.
        PropertyBindingSupport.build()
                .withCamelContext(camel)
                .withTarget(component)
                .withConfigurer(component.getComponentPropertyConfigurer())
                .withProperties(options)
                .withMandatory(true)
                .bind();
        camel.addRoutes(new DocumentRoutes());
        camel.start();
    }

    void stop() {
        camel.stop();
    }
}
