"""A shop on Django REST framework: `python shop.py DATABASE KEY CERTIFICATE` fills and serves it."""

import datetime as dt
import sys

import django
import uvicorn
from django.conf import settings

DATABASE, KEY, CERTIFICATE = sys.argv[1:]
TOKEN = "drf-test-token"

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rest_framework", "rest_framework.authtoken"],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
        "DEFAULT_THROTTLE_RATES": {"user": "8/second"},
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
    ROOT_URLCONF=__name__,
    SECRET_KEY="of no value",
    USE_TZ=True,
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402 (needs the settings)
from django.core.asgi import get_asgi_application  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.urls import include, path  # noqa: E402
from rest_framework import pagination, routers, serializers, viewsets  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402


class Item(models.Model):
    """What each of the lists holds."""

    title = models.CharField(max_length=100)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    created = models.DateTimeField()

    class Meta:
        app_label = "shop"

    def __str__(self) -> str:
        return self.title


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = Item
        fields = ("id", "title", "price", "created")


class Pages(pagination.PageNumberPagination):
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


class Offsets(pagination.LimitOffsetPagination):
    default_limit = 20
    max_limit = 100


class Cursors(pagination.CursorPagination):
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100
    ordering = "created"


def listed(paginator: type) -> type:
    """A read-only list of the items that is paged by ``paginator``."""
    return type(
        paginator.__name__,
        (viewsets.ReadOnlyModelViewSet,),
        {
            "queryset": Item.objects.order_by("id"),
            "serializer_class": ItemSerializer,
            "pagination_class": paginator,
        },
    )


router = routers.SimpleRouter()
for name, paginator in (("books", Pages), ("authors", Offsets), ("reviews", Cursors), ("tags", Pages)):
    router.register(name, listed(paginator), basename=name)
urlpatterns = [path("api/", include(router.urls))]


def fill() -> None:
    """The tables, a user with a token, and twenty-five items, several of one second."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Item)
    Token.objects.create(user=User.objects.create_user("ada"), key=TOKEN)
    began = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
    Item.objects.bulk_create(
        Item(title=f"Größe {number}", price=f"{number}.90", created=began + dt.timedelta(seconds=number // 3))
        for number in range(25)
    )


if __name__ == "__main__":
    fill()
    uvicorn.run(
        get_asgi_application(), host="127.0.0.1", port=0, ssl_keyfile=KEY, ssl_certfile=CERTIFICATE, lifespan="off"
    )
