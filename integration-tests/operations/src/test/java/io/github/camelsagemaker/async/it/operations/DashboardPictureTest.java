package io.github.camelsagemaker.async.it.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.ModelResponse;
import io.github.camelsagemaker.async.tracking.MemoryPendingInvocationStore;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws the dashboard's panels with what the component measured in a healthy run of two minutes. No Grafana draws it, and the queries
 * are evaluated by {@link Scrape}. With {@code -Ddashboard.picture=true} only.
 */
@EnabledIfSystemProperty(named = "dashboard.picture", matches = "true")
class DashboardPictureTest extends OperationsTestSupport {

    private static final TimeUnit SECOND = TimeUnit.SECONDS;
    private static final int SECONDS = 120;
    private static final int RATE_SECONDS = 10;
    private static final int WIDTH = 620;
    private static final int HEIGHT = 250;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<Scrape> scrapes = new ArrayList<>();
    private ProducerTemplate template;

    @Test
    void draw() throws Exception {
        context.getRegistry().bind("prometheus", registry);
        context.getRegistry().bind("pending", new MemoryPendingInvocationStore());
        aws().endpoint("slow")
                .outputPath("s3://" + bucket + "/slow")
                .failurePath("s3://" + bucket + "/slow-failed")
                .concurrency(4)
                .model(request -> {
                    Thread.sleep(150 + new Random().nextInt(400));
                    return new ModelResponse(request.body(), "text/plain");
                })
                .create();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:await").to("sagemaker-async:slow?awaitResult=true&resultTimeout=60000");
            }
        });
        routes("");

        ScheduledExecutorService load = Executors.newScheduledThreadPool(6);
        try {
            load.scheduleAtFixedRate(this::sendSeveral, 0, 2, SECOND);
            load.scheduleAtFixedRate(() -> template().asyncSendBody("direct:in", new byte[200_000]), 5, 5, SECOND);
            load.scheduleAtFixedRate(() -> template().asyncSendBody("direct:await", "hello"), 0, 2, SECOND);
            load.scheduleAtFixedRate(this::scrape, 0, 1, SECOND);
            TimeUnit.SECONDS.sleep(SECONDS);
        } finally {
            load.shutdownNow();
        }
        assertThat(scrapes.size()).isGreaterThan(SECONDS / 2);
        write(Dashboard.read());
    }

    private void sendSeveral() {
        for (int i = 0; i < 8; i++) {
            template().asyncSendBody("direct:in", "x".repeat(20_000));
        }
    }

    private synchronized ProducerTemplate template() {
        if (template == null) {
            template = context.createProducerTemplate();
        }
        return template;
    }

    private synchronized void scrape() {
        scrapes.add(new Scrape(System.currentTimeMillis(), registry.scrape()));
    }

    private void write(Dashboard dashboard) throws Exception {
        int rows = (dashboard.panels().size() + 1) / 2;
        BufferedImage image = new BufferedImage(2 * WIDTH, rows * HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        for (int i = 0; i < dashboard.panels().size(); i++) {
            Graphics2D place = (Graphics2D) graphics.create(i % 2 * WIDTH, i / 2 * HEIGHT, WIDTH, HEIGHT);
            chart(dashboard.panels().get(i)).paint(place, WIDTH, HEIGHT);
            place.dispose();
        }
        graphics.dispose();
        ImageIO.write(
                image,
                "png",
                Dashboard.folder().resolve("grafana-dashboard.png").toFile());
    }

    private XYChart chart(Dashboard.Panel panel) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(panel.title())
                .xAxisTitle("seconds since the start")
                .yAxisTitle(panel.axis())
                .build();
        chart.getStyler().setYAxisMin(0.0).setLegendVisible(true).setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setXAxisMin(0.0).setXAxisMax((double) SECONDS);
        chart.getStyler().setYAxisDecimalPattern("#,##0.##");
        chart.getStyler().setMarkerSize(0);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
        double highest = 0;
        for (Dashboard.Target target : panel.targets()) {
            Map<String, Map<Double, Double>> lines = new TreeMap<>();
            for (int i = RATE_SECONDS; i < scrapes.size(); i++) {
                Scrape now = scrapes.get(i);
                double second = (now.millis() - scrapes.get(0).millis()) / 1000.0;
                now.evaluate(target.expression(), scrapes.get(i - RATE_SECONDS))
                        .forEach((label, value) -> lines.computeIfAbsent(
                                        target.legend().replaceAll("\\{\\{\\w+}}", label), l -> new TreeMap<>())
                                .put(second, value));
            }
            for (Map<Double, Double> points : lines.values()) {
                highest = Math.max(highest, Collections.max(points.values()));
            }
            lines.forEach((name, points) -> chart.addSeries(
                            name, new ArrayList<>(points.keySet()), new ArrayList<>(points.values()))
                    .setMarker(SeriesMarkers.NONE));
        }
        chart.getStyler().setYAxisMax(highest == 0 ? 1 : highest * 1.1);
        return chart;
    }
}
