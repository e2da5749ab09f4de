/** Low-rank updates of linear layers (LoRA), as PEFT has them. */
@NullMarked
package dev.afina.internal.model.lora;

import org.jspecify.annotations.NullMarked;
