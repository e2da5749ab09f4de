package dev.afina.spring.sample;

import dev.afina.Classifier;
import dev.afina.Prediction;
import java.util.concurrent.CountDownLatch;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * For a test: a call that is accepted before the application begins to close, and predicts after.
 */
@RestController
public class LateController {
  /** Says that the call is in. */
  public record Accepted() {}

  private final CountDownLatch closing = new CountDownLatch(1);
  private final Classifier intents;
  private final ApplicationEventPublisher events;

  LateController(Classifier intents, ApplicationEventPublisher events) {
    this.intents = intents;
    this.events = events;
  }

  @EventListener(ContextClosedEvent.class)
  void closing() {
    closing.countDown();
  }

  @GetMapping("/late")
  Prediction late() throws InterruptedException {
    events.publishEvent(new Accepted());
    closing.await();
    Prediction last = intents.predict("Where is my card?");
    // The JVM's other hooks run beside Spring's: time for them to shut something.
    for (int i = 0; i < 200; i++) {
      last = intents.predict("Where is my card?");
    }
    return last;
  }
}
