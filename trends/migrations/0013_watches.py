"""Whom watches tell, what is sent to their webhooks; a fired alert says how it was told."""

import django.contrib.postgres.fields
import django.db.models.deletion
import trenddrop.core.ids
from django.db import migrations, models

from accounts.guarding import guard, same_organization, through
from accounts.tenancy import isolate

WATCH, MEMBERSHIP = "trends_trendalert", "accounts_membership"
SENT, FOLLOWER = "trends_alertdelivery", "trends_watchfollower"


class Migration(migrations.Migration):

    dependencies = [("trends", "0012_brand_side"), ("accounts", "0010_reports")]

    operations = [
        migrations.CreateModel(
            name='AlertDelivery',
            fields=[
                ('id', models.UUIDField(default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('lease_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('fence', models.PositiveIntegerField(default=0, editable=False)),
                ('kind', models.CharField(choices=[('alert', 'Alert'), ('digest', 'Several alerts'), ('test', 'Test')], max_length=6)),
                ('body', models.TextField(help_text='the very text that is sent and signed')),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Delivered'), ('failed', 'Failed')], default='waiting', max_length=9)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('tried', models.JSONField(default=list, help_text='each try: at, seconds, status, said')),
                ('next_try_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name_plural': 'alert deliveries',
            },
        ),
        migrations.CreateModel(
            name='WatchFollower',
            fields=[
                ('id', models.UUIDField(default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
            ],
        ),
        migrations.RemoveIndex(
            model_name='firedalert',
            name='alert_to_deliver',
        ),
        migrations.RemoveField(
            model_name='firedalert',
            name='delivery',
        ),
        migrations.RemoveField(
            model_name='firedalert',
            name='error',
        ),
        migrations.RemoveField(
            model_name='firedalert',
            name='fence',
        ),
        migrations.RemoveField(
            model_name='firedalert',
            name='lease_until',
        ),
        migrations.RemoveField(
            model_name='firedalert',
            name='next_try_at',
        ),
        migrations.RemoveField(
            model_name='firedalert',
            name='tries',
        ),
        migrations.AddField(
            model_name='firedalert',
            name='how',
            field=models.CharField(choices=[('alone', 'Told by itself'), ('digest', 'Told together with others'), ('known', 'Live before the watch')], default='alone', max_length=6),
        ),
        migrations.AddField(
            model_name='firedalert',
            name='told_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='trendalert',
            name='armed_at',
            field=models.DateTimeField(blank=True, help_text='since when it is compared with topics', null=True),
        ),
        migrations.AddField(
            model_name='trendalert',
            name='digested_at',
            field=models.DateTimeField(blank=True, help_text='when it last told of many at once', null=True),
        ),
        migrations.AddField(
            model_name='trendalert',
            name='tells_existing',
            field=models.BooleanField(default=False, help_text='also of what was live when it was armed'),
        ),
        migrations.AddField(
            model_name='trendalert',
            name='webhook_failures',
            field=models.PositiveSmallIntegerField(default=0, help_text='deliveries given up in a row'),
        ),
        migrations.AddField(
            model_name='trendalert',
            name='webhook_paused_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='trendalert',
            name='channels',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('app', 'In the app'), ('mail', 'By mail'), ('webhook', 'To a webhook')], max_length=7), default=list, size=None, verbose_name='channels'),
        ),
        migrations.AlterField(
            model_name='trendalert',
            name='keywords',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, help_text='as people typed them; a leading minus leaves out', size=None, verbose_name='keywords'),
        ),
        migrations.AddIndex(
            model_name='firedalert',
            index=models.Index(condition=models.Q(('told_at', None)), fields=['alert'], name='alert_to_tell'),
        ),
        migrations.AddIndex(
            model_name='firedalert',
            index=models.Index(condition=models.Q(('how', 'known'), _negated=True), fields=['organization', '-fired_at'], name='alert_feed'),
        ),
        migrations.AddField(
            model_name='alertdelivery',
            name='alert',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='trends.trendalert'),
        ),
        migrations.AddField(
            model_name='alertdelivery',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization'),
        ),
        migrations.AddField(
            model_name='watchfollower',
            name='alert',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='followers', to='trends.trendalert'),
        ),
        migrations.AddField(
            model_name='watchfollower',
            name='membership',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.membership'),
        ),
        migrations.AddField(
            model_name='watchfollower',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization'),
        ),
        migrations.AddIndex(
            model_name='alertdelivery',
            index=models.Index(condition=models.Q(('status', 'waiting')), fields=['next_try_at'], name='delivery_due'),
        ),
        migrations.AddIndex(
            model_name='alertdelivery',
            index=models.Index(fields=['alert', '-created_at'], name='delivery_log'),
        ),
        migrations.AddIndex(
            model_name='alertdelivery',
            index=models.Index(fields=['created_at'], name='delivery_age'),
        ),
        migrations.AddConstraint(
            model_name='watchfollower',
            constraint=models.UniqueConstraint(fields=('alert', 'membership'), name='a_watch_is_followed_once'),
        ),
        *(isolate(table) for table in (SENT, FOLLOWER)),
        guard(SENT, through(SENT, "alert_id", WATCH)),
        guard(FOLLOWER, through(FOLLOWER, "alert_id", WATCH)),
        *same_organization(SENT, [("alert_id", WATCH)]),
        *same_organization(FOLLOWER, [("alert_id", WATCH), ("membership_id", MEMBERSHIP)]),
    ]
