package io.github.camelsagemaker.async.it.operations;

import static io.github.camelsagemaker.async.SageMakerAsyncConstants.REQUEST_ENDPOINT_NAME;
import static io.github.camelsagemaker.async.SageMakerAsyncConstants.REQUEST_INPUT_LOCATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import jakarta.jms.Connection;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jms.JmsComponent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** What a sender of messages can decide by headers: Camel's consumers of SQS, JMS and mail hand in headers of nearly any name. */
class ForeignSendersTest extends OperationsTestSupport {

    private final List<Exception> refused = new CopyOnWriteArrayList<>();
    private SqsClient sqs;
    private String queueUrl;

    private void route(String from, String options) throws Exception {
        aws().endpoint("other").outputPath("s3://" + bucket + "/other").create();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(Exception.class)
                        .process(exchange ->
                                refused.add(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class)))
                        .handled(true);
                from(from).to(producer(options));
            }
        });
        context.start();
    }

    private void assertRefused(String header) {
        await().atMost(SOON).until(() -> !refused.isEmpty());
        assertThat(refused.get(0))
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageContaining("option requestHeaders")
                .message()
                .containsIgnoringCase(header);
        assertThat(aws().ledger().calls("InvokeEndpointAsync")).isZero();
    }

    private void assertSentTo(String endpoint) {
        await().atMost(SOON).until(() -> aws().ledger().acceptedCount() == 1);
        assertThat(aws().ledger().accepted().get(0).endpointName()).isEqualTo(endpoint);
        assertThat(refused).isEmpty();
    }

    private String sqs() {
        sqs = SqsClient.builder()
                .region(Region.EU_WEST_1)
                .endpointOverride(aws().sqsEndpoint())
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(aws().accessKeyId(), aws().secretAccessKey())))
                .build();
        context.getRegistry().bind("sqs", sqs);
        String jobs = "jobs-" + UUID.randomUUID();
        queueUrl = sqs.createQueue(c -> c.queueName(jobs)).queueUrl();
        return "aws2-sqs:" + jobs
                + "?amazonSQSClient=#sqs&autoCreateQueue=false&waitTimeSeconds=1&messageAttributeNames=All";
    }

    private void sendBySqs(String attribute, String value) {
        MessageAttributeValue text = MessageAttributeValue.builder()
                .dataType("String")
                .stringValue(value)
                .build();
        sqs.sendMessage(
                message -> message.queueUrl(queueUrl).messageBody("hello").messageAttributes(Map.of(attribute, text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {REQUEST_ENDPOINT_NAME, REQUEST_INPUT_LOCATION})
    void anAttributeOfAnSqsMessageChoosesNeitherEndpointNorObject(String header) throws Exception {
        route(sqs(), "");

        sendBySqs(
                header.toLowerCase(Locale.ROOT),
                header.equals(REQUEST_ENDPOINT_NAME) ? "other" : "s3://hr-secrets/salaries.csv");

        assertRefused(header);
    }

    @Test
    void anAttributeOfAnSqsMessageDecidesWhereTheOptionSaysSo() throws Exception {
        route(sqs(), "&requestHeaders=EndpointName");

        sendBySqs(REQUEST_ENDPOINT_NAME, "other");

        assertSentTo("other");
    }

    /** Camel drops names that begin with "Camel", written so. */
    @Test
    void aPropertyOfAJmsMessageInAnotherCaseOfLettersChoosesNoEndpoint() throws Exception {
        ActiveMQConnectionFactory broker = new ActiveMQConnectionFactory(
                "vm://b-" + UUID.randomUUID() + "?broker.persistent=false&broker.useJmx=false");
        context.addComponent("jms", JmsComponent.jmsComponentAutoAcknowledge(broker));
        route("jms:queue:jobs", "");

        try (Connection connection = broker.createConnection();
                Session session = connection.createSession()) {
            TextMessage message = session.createTextMessage("hello");
            message.setStringProperty(REQUEST_ENDPOINT_NAME.toUpperCase(Locale.ROOT), "other");
            session.createProducer(session.createQueue("jobs")).send(message);
        }

        assertRefused(REQUEST_ENDPOINT_NAME);
    }

    @Test
    void aHeaderOfAMailChoosesNoEndpoint() throws Exception {
        GreenMail mail = new GreenMail(ServerSetup.verbose(new ServerSetup[] {
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP),
            new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP)
        }));
        mail.setUser("jobs@example.com", "jobs", "secret");
        mail.start();
        try {
            route("imap://127.0.0.1:" + mail.getImap().getPort() + "?username=jobs&password=secret&delay=100", "");

            MimeMessage message = new MimeMessage(mail.getSmtp().createSession());
            message.setFrom(new InternetAddress("somebody@example.com"));
            message.setRecipient(jakarta.mail.Message.RecipientType.TO, new InternetAddress("jobs@example.com"));
            message.setText("hello");
            message.setHeader(REQUEST_ENDPOINT_NAME, "other");
            jakarta.mail.Transport.send(message);

            assertRefused(REQUEST_ENDPOINT_NAME);
        } finally {
            context.stop();
            mail.stop();
        }
    }
}
