package io.github.camelsagemaker.async.internal;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;

/**
 * Which places in S3 are whose, in one CamelContext: an object does not tell who it is for, so whoever lists a place takes all
 * that lies below it. Thread-safe.
 */
public final class PlaceClaims {

    private final List<Claim> claims = new CopyOnWriteArrayList<>();
    private final List<Receiver> receivers = new CopyOnWriteArrayList<>();

    public enum Use {
        /** A consumer lists it, and takes what it finds: nobody else's. */
        SCANNED("takes all results"),
        /** A consumer receives notifications of results there: one SageMaker endpoint's. */
        NOTIFIED("takes results"),
        /** Objects are put there that are no results. */
        WRITTEN("puts other objects");

        private final String what;

        Use(String what) {
            this.what = what;
        }
    }

    /**
     * @param routeId the route of a consumer; a route that is started again takes its own places over. Null for producers, and
     *     for a consumer that is polled
     * @param store the address of the S3 store, empty for AWS's own
     */
    record Owner(String routeId, boolean isProducer, String endpointName, String store) {

        private static Owner of(String routeId, boolean isProducer, EndpointContext endpoint) {
            SageMakerAsyncConfiguration options = endpoint.options();
            String address = options.isOverrideEndpoint() ? options.getUriEndpointOverride() : null;
            return new Owner(routeId, isProducer, endpoint.name(), address == null ? "" : address);
        }

        boolean isRouteOf(Owner other) {
            return routeId != null && routeId.equals(other.routeId);
        }

        @Override
        public String toString() {
            String consumer = routeId == null
                    ? "a consumer that is polled (pollEnrich, ConsumerTemplate)"
                    : "route '" + routeId + "'";
            return (isProducer ? "a producer" : consumer) + " (sagemaker-async:" + endpointName + ")";
        }
    }

    record Claim(Owner owner, Use use, String option, S3Prefix place) {

        boolean excludes(Claim other) {
            if (!owner.store.equals(other.owner.store)) {
                return false;
            }
            if (other.use == Use.WRITTEN || use == Use.WRITTEN) {
                return use != other.use
                        && (use == Use.WRITTEN ? other.place.contains(place) : place.contains(other.place));
            }
            boolean shared = use == Use.NOTIFIED
                    && other.use == Use.NOTIFIED
                    && owner.endpointName.equals(other.owner.endpointName);
            return !shared && (place.contains(other.place) || other.place.contains(place));
        }

        @Override
        public String toString() {
            return option + " of " + owner + " is '" + place + "', where it " + use.what;
        }
    }

    private record Receiver(Owner owner, String url) {}

    /** The claims of this context, whatever names its components have. */
    static synchronized PlaceClaims of(CamelContext context) {
        PlaceClaims claims = context.getCamelContextExtension().getContextPlugin(PlaceClaims.class);
        if (claims == null) {
            claims = new PlaceClaims();
            context.getCamelContextExtension().addContextPlugin(PlaceClaims.class, claims);
        }
        return claims;
    }

    /** Claims the places of a consumer, as {@link #claim} does; {@code results} is what is done where results are. */
    public static Runnable ofConsumer(
            EndpointContext endpoint, String routeId, Map<String, S3Prefix> places, Use results) {
        Owner owner = Owner.of(routeId, false, endpoint);
        List<Claim> wanted = new ArrayList<>();
        places.forEach((option, place) -> {
            boolean hasResults = option.equals("outputLocation") || option.equals("failureLocation");
            wanted.add(new Claim(owner, hasResults ? results : Use.WRITTEN, option, place));
        });
        return of(endpoint.camel()).claim(wanted);
    }

    /** Claims the place where a producer puts payloads; the result is as of {@link #claim}. */
    public static Runnable ofProducer(EndpointContext endpoint, S3Prefix inputs) {
        return of(endpoint.camel())
                .claim(List.of(new Claim(Owner.of(null, true, endpoint), Use.WRITTEN, "inputLocation", inputs)));
    }

    /**
     * @return gives the claim up
     * @throws IllegalArgumentException if a producer would share the queue with a consumer, naming both
     */
    public static Runnable ofQueue(EndpointContext endpoint, String routeId, boolean isProducer, String url) {
        return of(endpoint.camel()).claim(new Receiver(Owner.of(routeId, isProducer, endpoint), url));
    }

    private synchronized Runnable claim(Receiver wanted) {
        for (Receiver other : receivers) {
            if (other.url.equals(wanted.url) && other.owner.isProducer != wanted.owner.isProducer) {
                throw new IllegalArgumentException("Option notificationQueue of " + wanted.owner + " is '" + wanted.url
                        + "', from which " + other.owner
                        + " receives too. A producer that awaits results and a consumer"
                        + " would take each other's messages: give the producer a queue of its own by autoCreateQueue=true"
                        + " and topicArn, or no notificationQueue, so that it looks in S3");
            }
        }
        receivers.add(wanted);
        return () -> receivers.remove(wanted);
    }

    /**
     * Claims places for one consumer or producer. Its places may lie in each other: whether they fit is its own business.
     *
     * @return gives the claims up; a second call does nothing
     * @throws IllegalArgumentException if somebody else's place is in the way, naming both; then nothing was claimed
     */
    synchronized Runnable claim(List<Claim> wanted) {
        for (Claim claim : wanted) {
            for (Claim other : claims) {
                if (!claim.owner.isRouteOf(other.owner) && claim.excludes(other)) {
                    throw new IllegalArgumentException("Option " + claim + ", but option " + other
                            + ". Results of one would be taken for the other's, or other objects for results: give each a"
                            + " place of its own, that lies neither inside nor around the other, or let one route take"
                            + " the results for both");
                }
            }
        }
        claims.removeIf(claim -> claim.owner.isRouteOf(wanted.get(0).owner));
        claims.addAll(wanted);
        return () -> claims.removeIf(claim -> wanted.stream().anyMatch(mine -> mine == claim));
    }
}
