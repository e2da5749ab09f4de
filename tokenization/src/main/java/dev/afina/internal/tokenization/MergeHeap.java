package dev.afina.internal.tokenization;

import java.util.Arrays;

/** A binary min-heap of primitive longs. Not thread safe. */
final class MergeHeap {

  private long[] numbers;
  private int size;

  MergeHeap(int expected) {
    numbers = new long[Math.max(4, expected)];
  }

  boolean isEmpty() {
    return size == 0;
  }

  void push(long number) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * size);
    }
    int at = size++;
    while (at > 0 && numbers[(at - 1) / 2] > number) {
      numbers[at] = numbers[(at - 1) / 2];
      at = (at - 1) / 2;
    }
    numbers[at] = number;
  }

  long pop() {
    long smallest = numbers[0];
    long last = numbers[--size];
    int at = 0;
    int child = 1;
    while (child < size) {
      if (child + 1 < size && numbers[child + 1] < numbers[child]) {
        child++;
      }
      if (numbers[child] >= last) {
        break;
      }
      numbers[at] = numbers[child];
      at = child;
      child = 2 * at + 1;
    }
    numbers[at] = last;
    return smallest;
  }
}
