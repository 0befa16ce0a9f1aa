package io.github.camelsagemaker.async.benchmarks.server;

import io.github.camelsagemaker.async.benchmarks.server.ObjectStore.Stored;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** S3 with buckets in the path: put, in parts too, get, head, list, delete. An object's content is its size in zeros. */
final class S3 {

    private static final ByteBuf ZEROS =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(1 << 20).writeZero(1 << 20));
    private static final Pattern OBJECT =
            Pattern.compile("(<Key>([^<]*)</Key>)(?:<VersionId>[^<]*</VersionId>)?(?:<ETag>([^<]*)</ETag>)?");
    private static final int PAGE = 1000;

    private final ObjectStore store;
    private final Counters counters;

    S3(ObjectStore store, Counters counters) {
        this.store = store;
        this.counters = counters;
    }

    void handle(Call call) {
        int slash = call.path().indexOf('/', 1);
        String bucket = slash < 0 ? call.path().substring(1) : call.path().substring(1, slash);
        String key = slash < 0 ? "" : call.path().substring(slash + 1);
        call.answer()
                .send(
                        switch (call.method().name()) {
                            case "PUT" -> put(call, bucket, key);
                            case "GET" -> key.isEmpty() ? list(call, bucket) : get(bucket, key, true);
                            case "HEAD" -> key.isEmpty() ? Reply.empty(200) : get(bucket, key, false);
                            case "POST" -> post(call, bucket, key);
                            case "DELETE" -> delete(call, bucket, key);
                            default -> error(405, "MethodNotAllowed");
                        });
    }

    private Reply put(Call call, String bucket, String key) {
        if (call.has("partNumber")) {
            counters.count("S3 UploadPart");
            return Reply.empty(200, Map.of("etag", "\"part\""));
        }
        counters.count("S3 PutObject");
        String decoded = call.headers().get("x-amz-decoded-content-length");
        Stored stored = store.put(bucket, key, decoded == null ? call.length() : Long.parseLong(decoded));
        return Reply.empty(200, Map.of("etag", stored.etag()));
    }

    private Reply get(String bucket, String key, boolean content) {
        counters.count(content ? "S3 GetObject" : "S3 HeadObject");
        Stored stored = store.get(bucket, key);
        if (stored == null) {
            return content ? error(404, "NoSuchKey") : Reply.empty(404);
        }
        Map<String, String> headers = Map.of(
                "etag", stored.etag(),
                "content-type", "application/json",
                "last-modified",
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                stored.modified().atOffset(ZoneOffset.UTC)));
        return new Reply(200, headers, content ? zeros(stored.size()) : Unpooled.EMPTY_BUFFER, stored.size());
    }

    private static ByteBuf zeros(long size) {
        int whole = (int) (size / ZEROS.capacity());
        ByteBuf[] pieces = new ByteBuf[whole + 1];
        Arrays.fill(pieces, 0, whole, ZEROS);
        pieces[whole] = ZEROS.slice(0, (int) (size % ZEROS.capacity()));
        return whole == 0 ? pieces[0] : Unpooled.wrappedBuffer(pieces.length, pieces);
    }

    private Reply list(Call call, String bucket) {
        counters.count("S3 ListObjectsV2");
        int max = Math.min(PAGE, call.number("max-keys", PAGE));
        String marker = call.parameter("continuation-token", call.parameter("start-after", null));
        List<Map.Entry<String, Stored>> found = store.list(bucket, call.parameter("prefix", ""), marker, max + 1);
        boolean truncated = found.size() > max;
        List<Map.Entry<String, Stored>> page = truncated ? found.subList(0, max) : found;
        StringBuilder xml = new StringBuilder(256 + page.size() * 200)
                .append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
                .append("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>")
                .append(bucket)
                .append("</Name><KeyCount>")
                .append(page.size())
                .append("</KeyCount><IsTruncated>")
                .append(truncated)
                .append("</IsTruncated>");
        if (truncated) {
            xml.append("<NextContinuationToken>")
                    .append(page.get(max - 1).getKey())
                    .append("</NextContinuationToken>");
        }
        for (Map.Entry<String, Stored> object : page) {
            xml.append("<Contents><Key>")
                    .append(object.getKey())
                    .append("</Key><LastModified>")
                    .append(object.getValue().modified())
                    .append("</LastModified><ETag>")
                    .append(object.getValue().etag().replace("\"", "&quot;"))
                    .append("</ETag><Size>")
                    .append(object.getValue().size())
                    .append("</Size><StorageClass>STANDARD</StorageClass></Contents>");
        }
        return xml(xml.append("</ListBucketResult>").toString());
    }

    private Reply post(Call call, String bucket, String key) {
        if (call.has("delete")) {
            counters.count("S3 DeleteObjects");
            Matcher objects = OBJECT.matcher(new String(call.body(), java.nio.charset.StandardCharsets.UTF_8));
            StringBuilder answer = new StringBuilder("<DeleteResult>");
            while (objects.find()) {
                Stored stored = store.get(bucket, objects.group(2));
                String etag = objects.group(3);
                if (stored == null || etag == null || stored.etag().equals(etag.replace("&quot;", "\""))) {
                    store.delete(bucket, objects.group(2));
                    answer.append("<Deleted>").append(objects.group(1)).append("</Deleted>");
                } else {
                    answer.append("<Error>").append(objects.group(1)).append("<Code>PreconditionFailed</Code></Error>");
                }
            }
            return xml(answer.append("</DeleteResult>").toString());
        }
        if (call.has("uploads")) {
            counters.count("S3 CreateMultipartUpload");
            return xml("<InitiateMultipartUploadResult><UploadId>upload</UploadId></InitiateMultipartUploadResult>");
        }
        counters.count("S3 CompleteMultipartUpload");
        Stored stored = store.put(bucket, key, 0);
        return xml("<CompleteMultipartUploadResult><ETag>" + stored.etag().replace("\"", "&quot;")
                + "</ETag></CompleteMultipartUploadResult>");
    }

    private Reply delete(Call call, String bucket, String key) {
        counters.count(call.has("uploadId") ? "S3 AbortMultipartUpload" : "S3 DeleteObject");
        Stored stored = store.get(bucket, key);
        String etag = call.headers().get("if-match");
        if (stored != null && etag != null && !etag.equals(stored.etag())) {
            return error(412, "PreconditionFailed");
        }
        store.delete(bucket, key);
        return Reply.empty(204);
    }

    private static Reply error(int status, String code) {
        return Reply.text(status, "application/xml", "<Error><Code>" + code + "</Code></Error>");
    }

    private static Reply xml(String text) {
        return Reply.text(200, new HashMap<>(Map.of("content-type", "application/xml")), text);
    }
}
