"""Where things are on Piazza."""

from django.urls import path

from premura.web import playground, playground_api

urlpatterns = [
    path("", playground.index, name="playground"),
    path("persona/", playground.persona, name="playground_persona"),
    path("items/<slug:key>/", playground.item, name="playground_item"),
    path("items/<slug:key>/edit/", playground.edit, name="playground_edit"),
    path("items/<slug:key>/delete/", playground.delete, name="playground_delete"),
    path("items/<slug:key>/like/", playground.like, name="playground_like"),
    path("pictures/<slug:key>", playground.picture, name="playground_picture"),
    path("faces/<slug:handle>.svg", playground.face, name="playground_face"),
    path("api/<slug:key>", playground_api.page),
    path("api/<slug:key>/changes", playground_api.changes),
    path("api/<slug:key>/items", playground_api.items),
    path("api/<slug:key>/look-up", playground_api.look_up),
    path("api/<slug:key>/find", playground_api.find),
    path("api/<slug:key>/items/<slug:item>/<slug:deed>", playground_api.do),
    path("api/<slug:key>/people/<slug:person>/<slug:deed>", playground_api.treat),
    path("<slug:key>/", playground.page, {"place": "wall"}, name="playground_page"),
    path("<slug:key>/reviews/", playground.page, {"place": "reviews"}, name="playground_reviews"),
    path("<slug:key>/messages/", playground.page, {"place": "messages"}, name="playground_messages"),
    path("<slug:key>/say/", playground.say, name="playground_say"),
    path("<slug:key>/stand/", playground.stand, name="playground_stand"),
]
