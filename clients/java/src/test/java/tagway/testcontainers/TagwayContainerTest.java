package tagway.testcontainers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TagwayContainerTest {

  private static final String SEED =
      "{\"projects\":[{\"name\":\"alpha\"}],"
          + "\"users\":[{\"name\":\"alice\",\"password\":\"wonder-land\",\"roles\":{\"alpha\":[\"member\"]}}],"
          + "\"images\":[{\"name\":\"base\",\"project\":\"alpha\",\"tags\":[\"golden\"]}]}";

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void aTagOfTheSeedIsFound() throws Exception {
    try (TagwayContainer tagway = new TagwayContainer().withSeed(SEED)) {
      tagway.start();
      Map<String, String> env = tagway.getEnvironment();
      assertEquals("alice", env.get("OS_USERNAME"));
      HttpRequest list =
          HttpRequest.newBuilder(URI.create(tagway.getUrl() + "/v2/images?tag=golden"))
              .header("X-Auth-Token", logIn(env))
              .build();
      String images = client.send(list, HttpResponse.BodyHandlers.ofString()).body();
      assertTrue(images.contains("\"name\": \"base\""), images);
    }
  }

  private String logIn(Map<String, String> env) throws Exception {
    String body =
        String.format(
            "{\"auth\":{\"identity\":{\"methods\":[\"password\"],\"password\":{\"user\":"
                + "{\"name\":\"%s\",\"password\":\"%s\",\"domain\":{\"id\":\"default\"}}}},"
                + "\"scope\":{\"project\":{\"id\":\"%s\"}}}}",
            env.get("OS_USERNAME"), env.get("OS_PASSWORD"), env.get("HUAWEICLOUD_SDK_PROJECT_ID"));
    HttpRequest login =
        HttpRequest.newBuilder(URI.create(env.get("OS_AUTH_URL") + "/auth/tokens"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = client.send(login, HttpResponse.BodyHandlers.ofString());
    return answer.headers().firstValue("X-Subject-Token").orElseThrow();
  }
}
