package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;

/**
 * Which places in S3 are whose, in one CamelContext: an object does not tell who it is for, so whoever lists a place takes all
 * that lies below it. Thread-safe.
 */
public final class PlaceClaims {

    private final List<Claim> claims = new ArrayList<>();

    /** What is done at a place. */
    enum Use {
        /** A consumer lists it, and takes what it finds: nobody else's. */
        SCANNED("takes all results"),
        /** Notifications tell a consumer of results there: one SageMaker endpoint's. */
        NOTIFIED("takes results"),
        /** Objects are put there that are no results. */
        WRITTEN("puts other objects");

        private final String what;

        Use(String what) {
            this.what = what;
        }
    }

    /**
     * Who uses a place.
     *
     * @param name for people, such as "route 'a'"
     * @param routeId the route of a consumer; a route that is started again takes its own places over. Null for producers
     * @param store the address of the S3 store, empty for AWS's own
     */
    record Owner(String name, String routeId, String endpointName, String store) {

        Owner(String name, String routeId, EndpointContext endpoint) {
            this(name, routeId, endpoint.name(), store(endpoint.options()));
        }

        private static String store(SageMakerAsyncConfiguration options) {
            String address = options.isOverrideEndpoint() ? options.getUriEndpointOverride() : null;
            return address == null ? "" : address;
        }
    }

    private record Claim(Owner owner, Use use, String option, S3Prefix place) {

        boolean overlaps(Claim other) {
            return place.contains(other.place) || other.place.contains(place);
        }

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
            return !shared && overlaps(other);
        }

        @Override
        public String toString() {
            return "option " + option + " of " + owner.name + " (sagemaker-async:" + owner.endpointName + ") is '"
                    + place + "', where it " + use.what;
        }
    }

    /** The claims of this context, whatever names its components have. */
    static PlaceClaims of(CamelContext context) {
        synchronized (PlaceClaims.class) {
            PlaceClaims claims = context.getCamelContextExtension().getContextPlugin(PlaceClaims.class);
            if (claims == null) {
                claims = new PlaceClaims();
                context.getCamelContextExtension().addContextPlugin(PlaceClaims.class, claims);
            }
            return claims;
        }
    }

    /**
     * Claims the places of a consumer.
     *
     * @param results what is done where results are
     * @return as {@link #claim}
     */
    static Runnable ofConsumer(EndpointContext endpoint, String routeId, Map<String, S3Prefix> places, Use results) {
        Map<String, S3Prefix> all = new LinkedHashMap<>(places);
        String input = endpoint.options().getInputLocation();
        if (input != null) {
            all.put("inputLocation", S3Prefix.parse("inputLocation", input));
        }
        Map<String, Use> uses = new HashMap<>();
        all.keySet()
                .forEach(option -> uses.put(
                        option,
                        option.equals("outputLocation") || option.equals("failureLocation") ? results : Use.WRITTEN));
        return of(endpoint.camel()).claim(new Owner("route '" + routeId + "'", routeId, endpoint), all, uses);
    }

    /** Claims the place where a producer puts payloads; the result is as of {@link #claim}. */
    public static Runnable ofProducer(EndpointContext endpoint, S3Prefix inputs) {
        String option = "inputLocation";
        return of(endpoint.camel())
                .claim(new Owner("a producer", null, endpoint), Map.of(option, inputs), Map.of(option, Use.WRITTEN));
    }

    /**
     * Claims places for one consumer or producer. Its places may lie in each other: whether they fit is its own business.
     *
     * @param places by the option that names them, and what is done there
     * @return gives the claims up; a second call does nothing
     * @throws IllegalArgumentException if somebody else's place is in the way, naming both; then nothing was claimed
     */
    synchronized Runnable claim(Owner owner, Map<String, S3Prefix> places, Map<String, Use> uses) {
        List<Claim> wanted = new ArrayList<>();
        places.forEach((option, place) -> wanted.add(new Claim(owner, uses.get(option), option, place)));
        Predicate<Claim> own = claim -> owner.routeId != null && owner.routeId.equals(claim.owner.routeId);
        for (Claim claim : wanted) {
            claims.stream()
                    .filter(own.negate())
                    .filter(claim::excludes)
                    .findFirst()
                    .ifPresent(other -> refuse(claim, other));
        }
        claims.removeIf(own);
        claims.addAll(wanted);
        return () -> release(wanted);
    }

    private static void refuse(Claim claim, Claim other) {
        String text = claim.toString();
        throw new IllegalArgumentException(Character.toUpperCase(text.charAt(0)) + text.substring(1) + ", but " + other
                + ". Results of one would be taken for the other's, or other objects for results: give each a place of its"
                + " own, that lies neither inside nor around the other");
    }

    private synchronized void release(List<Claim> given) {
        claims.removeIf(claim -> given.stream().anyMatch(mine -> mine == claim));
    }
}
