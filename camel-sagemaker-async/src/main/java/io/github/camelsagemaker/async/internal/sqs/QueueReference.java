package io.github.camelsagemaker.async.internal.sqs;

import io.github.camelsagemaker.async.internal.options.OptionCheck;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsServiceClientConfiguration;

/**
 * An SQS queue as the option {@code notificationQueue} names it: by name, URL or ARN.
 *
 * @param ownerAccountId the account that owns it, or null for the caller's
 * @param url its URL, or null if it must be asked for
 * @param region the Region it is in, or null if that is not said
 */
public record QueueReference(String name, String ownerAccountId, String url, String region) {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,80}(\\.fifo)?");
    private static final Pattern ARN = Pattern.compile("arn:aws[a-z-]*:sqs:([a-z0-9-]+):([0-9]{12}):([a-zA-Z0-9_.-]+)");

    /** The account in it, if it is where AWS puts it, and the name. */
    private static final Pattern PATH = Pattern.compile("(?:/([0-9]{12})|.*)/([^/]*)");

    /** SQS's own hosts: sqs.REGION., with FIPS, by an interface endpoint, and of old REGION.queue. and queue. alone. */
    private static final Pattern HOST =
            Pattern.compile("(?:(?:[a-z0-9-]+\\.)?sqs(?:-fips)?\\.([a-z0-9-]+)|(?:([a-z0-9-]+)\\.)?queue)"
                    + "(?:\\.vpce)?\\.(?:amazonaws\\.|api\\.aws|c2s\\.ic\\.gov|sc2s\\.sgov\\.gov).*");

    private static final String OLDEST_REGION = "us-east-1";

    private static final String RULE = "a queue's name (1 to 80 letters, digits, hyphens and underscores), URL or ARN"
            + " (arn:aws:sqs:region:account:name)";

    /**
     * @param ownerAccountId the option queueOwnerAWSAccountId, or null
     * @throws IllegalArgumentException if the value is neither name, URL nor ARN of a queue, or contradicts the owner
     */
    public static QueueReference parse(String value, String ownerAccountId) {
        OptionCheck.account("queueOwnerAWSAccountId", ownerAccountId);
        if (value.startsWith("https://") || value.startsWith("http://")) {
            return ofUrl(value, ownerAccountId);
        }
        Matcher arn = ARN.matcher(value);
        if (arn.matches()) {
            String account = owner(ownerAccountId, arn.group(2));
            return new QueueReference(checkedName(arn.group(3), value), account, null, arn.group(1));
        }
        return new QueueReference(checkedName(value, value), ownerAccountId, null, null);
    }

    private static QueueReference ofUrl(String value, String ownerAccountId) {
        Matcher host;
        Matcher path;
        try {
            URI url = URI.create(value);
            host = HOST.matcher(String.valueOf(url.getHost()).toLowerCase(Locale.ROOT));
            path = PATH.matcher(url.getPath());
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("Option notificationQueue is '" + value + "', but must be " + RULE, e);
        }
        String name = checkedName(path.matches() ? path.group(2) : "", value);
        if (!host.matches()) {
            // Others than AWS number accounts as they like.
            return new QueueReference(name, ownerAccountId, value, null);
        }
        String old = Objects.requireNonNullElse(host.group(2), OLDEST_REGION);
        String region = Objects.requireNonNullElse(host.group(1), old);
        return new QueueReference(name, owner(ownerAccountId, path.group(1)), value, region);
    }

    private static String owner(String option, String account) {
        OptionCheck.require(
                option == null || account == null || option.equals(account),
                "Option queueOwnerAWSAccountId is '" + option
                        + "', but the URL or ARN in option notificationQueue says " + account);
        return account == null ? option : account;
    }

    private static String checkedName(String name, String value) {
        OptionCheck.mustBe(NAME.matcher(name).matches(), "notificationQueue", value, RULE);
        return name;
    }

    /**
     * Refuses a client of another Region: SQS there would give it its own queue of this name.
     *
     * @return whether the queue's ARN must be asked for, and {@linkplain #checkArn compared}: whoever answers at another
     *     address than AWS's own, which may call its Region as it likes
     * @throws IllegalArgumentException naming both Regions
     */
    public boolean isRegionUnsure(SqsAsyncClient sqs) {
        if (region == null) {
            return false;
        }
        SqsServiceClientConfiguration client = configuration(sqs);
        if (client == null) {
            return true;
        }
        String other = client.region() == null ? null : client.region().id();
        boolean unsure = !region.equals(other);
        if (unsure && other != null && client.endpointOverride().isEmpty()) {
            throw otherRegion(other);
        }
        return unsure;
    }

    /** Null of a client that somebody wrote. */
    private static SqsServiceClientConfiguration configuration(SqsAsyncClient sqs) {
        try {
            return sqs.serviceClientConfiguration();
        } catch (UnsupportedOperationException e) {
            return null;
        }
    }

    /** Where a queue is missing, and what to do; {@code creating}: autoCreateQueue=true is set already. */
    String whereMissing(SqsAsyncClient sqs, boolean creating) {
        SqsServiceClientConfiguration client = configuration(sqs);
        return ", which is not there in Region " + (client == null ? "of the client" : client.region())
                + (ownerAccountId == null ? " of the credentials' account" : "")
                + " (others by the options region and queueOwnerAWSAccountId; autoCreateQueue=true makes a queue"
                + (creating ? " that is named without an account" : "") + "),";
    }

    /** Refuses the queue that was found if its ARN has another Region. */
    public void checkArn(String arn) {
        Matcher found = ARN.matcher(String.valueOf(arn));
        if (!found.matches() || !found.group(1).equals(region)) {
            throw otherRegion(found.matches() ? found.group(1) : "'" + arn + "'");
        }
    }

    private IllegalArgumentException otherRegion(String other) {
        return new IllegalArgumentException("Option notificationQueue names " + this
                + ", but the SQS client is of Region " + other
                + ", where a queue of this name is another one. Set the option region to " + region
                + " or give the component an sqsAsyncClient of that Region");
    }

    @Override
    public String toString() {
        return "queue '" + name + "'"
                + (ownerAccountId == null ? "" : " of account " + ownerAccountId)
                + (region == null ? "" : " in Region " + region);
    }
}
